"""The pages' own queries, written for the engine: shared patterns inside each branch, labels fetched afterwards."""

COUNTS = """
SELECT ?articles ?statements ?stances ?speakers ?earliest ?latest WHERE {
  { SELECT (COUNT(*) AS ?articles) WHERE { ?article a dip:Article } }
  { SELECT (MIN(?first) AS ?earliest) (MAX(?last) AS ?latest) WHERE {
      ?dated dip:earliest ?first ; dip:latest ?last } }
  { SELECT (COUNT(?statement) AS ?statements) (COUNT(DISTINCT ?speaker) AS ?speakers) WHERE {
      ?statement dip:speaker ?speaker } }
  { SELECT (COUNT(*) AS ?stances) WHERE { ?stance dip:holder ?holder } }
}"""

TYPES = "SELECT DISTINCT ?type WHERE { ?thing a ?type }"

LABELS = """
SELECT ?thing ?label WHERE {
  VALUES ?property { skos:prefLabel dct:title rdfs:label }
  ?thing ?property ?label .
} ORDER BY ?thing ?label"""

FIRST_WORDS = "SELECT ?thing (SUBSTR(?text, 1, 200) AS ?label) WHERE { ?thing nif:isString ?text }"

ACTORS = """
SELECT ?thing (COUNT(*) AS ?statements) WHERE { ?statement dip:speaker|dip:onBehalfOf ?thing }
GROUP BY ?thing ORDER BY DESC(?statements) ?thing LIMIT 60"""

OUTLETS = """
SELECT ?thing (COUNT(*) AS ?articles) WHERE { ?article schema:publisher ?thing }
GROUP BY ?thing ORDER BY DESC(?articles) ?thing LIMIT 40"""

CHOICES = """
SELECT DISTINCT ?label WHERE {
  ?thing a ?type ; skos:prefLabel ?label .
  FILTER(LANG(?label) = ?language)
  FILTER EXISTS { ?statement dip:speaker|dip:onBehalfOf|dip:about ?thing }
} ORDER BY ?label LIMIT 1000"""

ARTICLES = """
SELECT ?article ?title ?published ?publisher WHERE {
  { SELECT ?article ?earliest WHERE { ?article a dip:Article . OPTIONAL { ?article dip:earliest ?earliest } }
    ORDER BY DESC(?earliest) ?article LIMIT %(limit)d OFFSET %(offset)d }
  OPTIONAL { ?article dct:title ?title }
  OPTIONAL { ?article schema:datePublished ?published }
  OPTIONAL { ?article schema:publisher ?publisher }
} ORDER BY DESC(?earliest) ?article"""

ARTICLES_DATA = """
CONSTRUCT { ?article ?property ?value } WHERE {
  { SELECT ?article WHERE { ?article a dip:Article } ORDER BY ?article LIMIT 5000 }
  VALUES ?property { dct:title schema:datePublished schema:publisher schema:url dip:earliest dip:latest }
  ?article ?property ?value
}"""

SIGNS = """
SELECT ?value (COUNT(DISTINCT ?statement) AS ?statements) WHERE {
  %(inner)sVALUES ?value { dip:inFavourOf dip:against }
  ?statement dip:conveys ?stance . ?stance ?value ?something
} GROUP BY ?value ORDER BY ?value"""

IS_OUTLET = "SELECT ?article WHERE { ?article schema:publisher ?thing } LIMIT 1"

# Addresses for search engines: things that are called the same everywhere, and articles.
_MAPPED = """
  { VALUES ?type { dip:State dip:Organization dip:Person dip:Topic } ?thing a ?type
    FILTER (!STRSTARTS(STR(?thing), ?own)) }
  UNION { ?thing a dip:Article }
"""

SITEMAP = f"SELECT DISTINCT ?thing WHERE {{{_MAPPED}}} ORDER BY ?thing LIMIT %(limit)d OFFSET %(offset)d"

SITEMAP_SIZE = f"SELECT (COUNT(DISTINCT ?thing) AS ?things) WHERE {{{_MAPPED}}}"

IN_ARTICLE = (
    "SELECT ?statement WHERE { ?statement dip:reportedIn ?thing ; dip:begin ?begin } ORDER BY ?begin ?statement"
)

STATEMENTS = """
SELECT * WHERE {
  ?statement dip:speaker ?speaker ; dip:content ?content ; dip:reportedIn ?article .
  OPTIONAL { ?statement dip:act ?act }
  OPTIONAL { ?statement dip:cue ?cue }
  OPTIONAL { ?statement dip:begin ?begin ; dip:end ?end }
  OPTIONAL { ?statement dip:onBehalfOf ?behalf }
  OPTIONAL { ?statement dip:speakerPost ?post }
  OPTIONAL { ?statement dip:presumedSpeaker ?presumed }
  OPTIONAL { ?statement dip:addressee ?addressee }
  OPTIONAL { ?statement dip:medium ?medium }
  OPTIONAL { ?statement dip:within ?within }
  OPTIONAL { ?statement dip:saidOn ?said_on }
  OPTIONAL { ?statement dip:confidence ?confidence }
  OPTIONAL { ?statement dip:rule ?rule }
  OPTIONAL { ?article schema:datePublished ?published }
  OPTIONAL { ?article dip:earliest ?earliest }
  OPTIONAL { ?article schema:publisher ?outlet }
  OPTIONAL { ?article schema:url ?url }
}"""

STANCES = """
SELECT ?statement ?stance ?holder ?toward ?target WHERE {
  ?statement dip:conveys ?stance .
  ?stance dip:holder ?holder ; ?toward ?target .
  FILTER (?toward IN (dip:inFavourOf, dip:against))
} ORDER BY ?statement ?toward ?target"""

RELATED = """
SELECT ?relation ?other WHERE {
  { ?thing dip:denies ?other BIND("denies" AS ?relation) }
  UNION { ?other dip:denies ?thing BIND("denied_by" AS ?relation) }
  UNION { ?thing dip:sameReportAs ?other BIND("same_report" AS ?relation) }
  UNION { ?thing dip:within ?other BIND("within" AS ?relation) }
  UNION { ?other dip:within ?thing BIND("holds" AS ?relation) }
} ORDER BY ?relation ?other"""

ARTICLE = """
SELECT ?text ?title ?published ?publisher ?url ?derived WHERE {
  ?thing nif:isString ?text .
  OPTIONAL { ?thing dct:title ?title }
  OPTIONAL { ?thing schema:datePublished ?published }
  OPTIONAL { ?thing schema:publisher ?publisher }
  OPTIONAL { ?thing schema:url ?url }
  OPTIONAL { ?thing prov:wasDerivedFrom ?derived }
}"""

PROPERTIES = "SELECT DISTINCT ?property ?value WHERE { ?thing ?property ?value } ORDER BY ?property ?value LIMIT 500"

TERMS_OF_OFFICE = """
SELECT DISTINCT ?person ?post ?from ?until WHERE {
  { ?membership org:member ?thing } UNION { ?membership org:post ?thing }
  ?membership org:member ?person ; org:post ?post .
  OPTIONAL { ?membership dip:from ?from } OPTIONAL { ?membership dip:until ?until }
} ORDER BY DESC(?from) ?post ?person LIMIT 200"""

DATA = """
CONSTRUCT { ?thing ?property ?value . ?part ?its ?own } WHERE {
  { ?thing ?property ?value }
  UNION { VALUES ?link { dip:conveys oa:hasSelector } ?thing ?link ?part . ?part ?its ?own }
}"""

ARTICLE_STATEMENTS = """
SELECT ?begin ?end ?speaker ?act ?cue ?content ?statement WHERE {
  ?statement dip:reportedIn ?thing ; dip:speaker ?speaker ; dip:content ?content ; dip:begin ?begin ; dip:end ?end .
  OPTIONAL { ?statement dip:act ?act } OPTIONAL { ?statement dip:cue ?cue }
} ORDER BY ?begin ?statement"""

ARTICLE_DATA = "CONSTRUCT { ?subject ?property ?value } WHERE { GRAPH ?thing { ?subject ?property ?value } }"

PROVENANCE = """
CONSTRUCT { ?activity ?property ?value } WHERE { ?activity a prov:Activity ; ?property ?value }"""
