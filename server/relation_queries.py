"""The pages' queries about who stands for and against whom, most of them over the summaries made with the graph."""

# Who stands where, from the summaries that are made with the graph.
TOPICS = """
SELECT ?target (SUM(?up) AS ?for) (SUM(?down) AS ?against) (COUNT(DISTINCT ?total) AS ?sides) WHERE {
  VALUES ?stood { dip:totalFor dip:totalAgainst }
  ?total ?stood ?count ; dip:totalTarget ?target .
  BIND (IF(?stood = dip:totalFor, ?count, 0) AS ?up)
  BIND (?count - ?up AS ?down)
} GROUP BY ?target ORDER BY DESC(?sides) DESC(SUM(?up) + SUM(?down)) ?target LIMIT 100"""

TOPICS_DATA = """
CONSTRUCT { ?summary ?property ?value } WHERE { ?summary a dip:Summary ; ?property ?value }"""

TOPIC = """
SELECT ?month ?side ?polarity (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summaryTarget ?target ; dip:summarySide ?side ; dip:summaryPolarity ?polarity ; dip:summaryCount ?count .
  OPTIONAL { ?summary dip:summaryMonth ?month }
} GROUP BY ?month ?side ?polarity ORDER BY ?month ?side ?polarity"""

TOPIC_DATA = """
CONSTRUCT { ?summary ?property ?value } WHERE { ?summary dip:summaryTarget ?target ; ?property ?value }"""

# The most frequent are found by their counts alone: to sort by names as well would look up the names of all.
RELATIONS = """
SELECT ?side ?target ?polarity ?articles WHERE {
  { SELECT ?total ?polarity ?articles WHERE {
      VALUES (?stood ?polarity) { %(stood)s }
      ?total ?stood ?articles . FILTER (?articles >= %(least)d)
    } ORDER BY DESC(?articles) LIMIT %(limit)d }
  ?total dip:totalSide ?side ; dip:totalTarget ?target .
} ORDER BY DESC(?articles) ?side ?target ?polarity"""

RELATIONS_IN_PART = """
SELECT ?side ?target ?polarity (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summarySide ?side ; dip:summaryTarget ?target ; dip:summaryPolarity ?polarity ; dip:summaryCount ?count .
  %(where)s
} GROUP BY ?side ?target ?polarity HAVING (SUM(?count) >= %(least)d)
ORDER BY DESC(?articles) ?side ?target ?polarity LIMIT %(limit)d"""

RELATIONS_DATA = TOPICS_DATA

RELATION_MONTHS = """
SELECT ?side ?target ?polarity ?month (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summarySide ?side ; dip:summaryTarget ?target ; dip:summaryPolarity ?polarity ;
    dip:summaryMonth ?month ; dip:summaryCount ?count .
} GROUP BY ?side ?target ?polarity ?month"""

SIDE_MONTHS = """
SELECT ?month ?polarity (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summarySide ?thing ; dip:summaryPolarity ?polarity ; dip:summaryMonth ?month ; dip:summaryCount ?count .
} GROUP BY ?month ?polarity ORDER BY ?month ?polarity"""

# What a comparison counts by: who speaks, or which outlet tells it.
OF_ACTOR = "?statement dip:speaker|dip:side ?who"
OF_OUTLET = "?told schema:publisher ?who . ?statement dip:reportedIn ?told"

COMPARE = """
SELECT ?who ?target ?toward (COUNT(DISTINCT ?article) AS ?articles) WHERE {
  VALUES ?who { ?one ?two }
  %(whose)s . ?statement dip:conveys ?stance ; dip:reportedIn ?article .
  ?stance ?toward ?target . FILTER (?toward IN (dip:inFavourOf, dip:against))
} GROUP BY ?who ?target ?toward ORDER BY ?target ?who ?toward"""

COMPARE_ACTS = """
SELECT ?act (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
  %(whose)s . ?statement dip:act ?act
} GROUP BY ?act ORDER BY ?act"""

COMPARE_DATA = """
CONSTRUCT { ?stance ?property ?value } WHERE {
  { SELECT DISTINCT ?stance WHERE { VALUES ?who { ?one ?two } %(whose)s . ?statement dip:conveys ?stance } LIMIT 5000 }
  ?stance ?property ?value
}"""

# Of a side from the summaries; of a person or body, who may speak for a side, from the statements themselves.
STANCES_OF_SIDE = """
SELECT ?other ?toward (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summarySide ?thing ; dip:summaryTarget ?other ; dip:summaryPolarity ?polarity ; dip:summaryCount ?count .
  BIND (IF(?polarity = dip:positive, dip:inFavourOf, dip:against) AS ?toward)
} GROUP BY ?other ?toward ORDER BY DESC(?articles) ?other LIMIT 40"""

STANCES_OF = """
SELECT ?other ?toward (COUNT(DISTINCT ?article) AS ?articles) WHERE {
  ?statement dip:speaker|dip:presumedSpeaker|dip:onBehalfOf ?thing ; dip:conveys ?stance ; dip:reportedIn ?article .
  ?stance ?toward ?other . FILTER (?toward IN (dip:inFavourOf, dip:against))
} GROUP BY ?other ?toward ORDER BY DESC(?articles) ?other LIMIT 40"""

STANCES_TOWARD = """
SELECT ?other ?toward (SUM(?count) AS ?articles) WHERE {
  ?summary dip:summaryTarget ?thing ; dip:summarySide ?other ; dip:summaryPolarity ?polarity ; dip:summaryCount ?count .
  BIND (IF(?polarity = dip:positive, dip:inFavourOf, dip:against) AS ?toward)
} GROUP BY ?other ?toward ORDER BY DESC(?articles) ?other LIMIT 40"""
