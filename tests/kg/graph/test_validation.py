"""A small good graph conforms; each way of breaking it is found, at the node and property at fault."""

import pytest
from rdflib import SKOS, Dataset, Graph, URIRef

import ontology
from kg.graph.validation import validate

PREFIXES = "@prefix : <https://example.org/> .\n" + "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in ontology.PREFIXES.items()
)
TEXT = "🕊 سخنگو گفت که این ادعا بی‌پایه است. وی افزود: باکو خود می‌گوید ایران دوست است."
CONTENT = "این ادعا بی‌پایه است"
INNER = "ایران دوست است"


def place(words: str) -> str:
    begin = TEXT.index(words)
    return f'dip:content "{words}"@fa ; dip:begin {begin} ; dip:end {begin + len(words)}'


ARTICLE = f"""
:a a dip:Article ; nif:isString "{TEXT}" ; dct:title "عنوان"@fa ; schema:publisher :agency ;
    schema:url <https://example.org/news/1> ; schema:datePublished "2019-07"^^xsd:gYearMonth ;
    dip:earliest "2019-07-01"^^xsd:date ; dip:latest "2019-07-31"^^xsd:date .
:s a dip:Statement , dip:Quotation ; dip:reportedIn :a ; dip:speaker :kamrani ; dip:side :iran ; dip:onBehalfOf :iran ;
    dip:speakerPost :post ; dip:act act:reject ; dip:cue "گفت" ; {place(CONTENT)} ;
    dip:about :azerbaijan ; dip:conveys :st ; dip:confidence 0.75 ; dip:rule "verb" ;
    dip:saidOn "2019-07-02"^^xsd:date .
:st a dip:Stance , dip:OpposeStance ; dip:holder :kamrani ; dip:against :azerbaijan ; dip:side :iran ;
    dip:confidence 1.0 .
:inner a dip:Statement ; dip:reportedIn :a ; dip:speaker :azerbaijan ; dip:side :azerbaijan ; dip:act act:announce ;
    dip:within :s ; {place(INNER)} .
"""
ENTITIES = """
:iran a dip:State ; skos:prefLabel "ایران"@fa , "Iran"@en ; skos:altLabel "کشورمان"@fa ; owl:sameAs wd:Q794 .
:azerbaijan a dip:State ; skos:prefLabel "جمهوری آذربایجان"@fa .
:agency a dip:Organization ; skos:prefLabel "نمونه"@fa ; dip:organOf :iran .
:kamrani a dip:Person ; skos:prefLabel "رضا کامرانی"@fa ; dip:activeIn :iran .
:jcpoa a dip:Topic ; skos:prefLabel "برجام"@fa .
:post a org:Post ; skos:prefLabel "سخنگوی وزارت خارجه"@fa ; org:postIn :agency ; dip:speaksFor :iran .
:m a org:Membership ; org:member :kamrani ; org:post :post ; dip:from "2018-01-01"^^xsd:date ;
    dip:until "2020-01-01"^^xsd:date .
:l a dip:Link ; dip:linksFrom :s ; dip:linksTo :inner ; dip:rule "denial: words" ; dip:sharedWords "ایران"@fa ;
    dip:similarity 0.9 .
:sum a dip:Summary ; dip:summarySide :iran ; dip:summaryTarget :azerbaijan ;
    dip:summaryMonth "2019-07"^^xsd:gYearMonth ; dip:summaryPolarity dip:negative ; dip:summaryCount 1 .
:all a dip:Total ; dip:totalSide :iran ; dip:totalTarget :azerbaijan ; dip:totalFor 3 ; dip:totalAgainst 2 .
"""


def read(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle)


def test_a_good_graph_conforms():
    assert validate(read(ARTICLE + ENTITIES)) == []


def test_a_dataset_is_read_as_the_union_of_its_graphs():
    dataset = Dataset()
    for name, turtle in (("article", ARTICLE), ("entities", ENTITIES)):
        dataset.graph(URIRef(f"https://example.org/graph/{name}")).parse(data=PREFIXES + turtle)
    assert validate(dataset) == []


def test_checking_does_not_change_the_graph():
    graph = read(ARTICLE + ENTITIES)
    before = len(graph)
    validate(graph)
    assert len(graph) == before


# What is replaced in the good graph, by what, and where the fault must be found.
FAULTS = [
    ("dip:speaker :kamrani ;", "", "s", "dip:speaker"),
    ("dip:speaker :kamrani ;", "dip:speaker :kamrani , :iran ;", "s", "dip:speaker"),
    ("dip:speaker :kamrani ;", "dip:speaker :jcpoa ;", "s", "dip:speaker"),
    ("dip:reportedIn :a ; dip:speaker :kamrani", "dip:speaker :kamrani", "s", "dip:reportedIn"),
    ("dip:side :iran ; dip:onBehalfOf", "dip:onBehalfOf", "s", "dip:side"),
    ("dip:onBehalfOf :iran", "dip:onBehalfOf :iran , :azerbaijan", "s", "dip:onBehalfOf"),
    ("dip:speakerPost :post", "dip:speakerPost :iran", "s", "dip:speakerPost"),
    ("dip:act act:reject ;", "", "s", "dip:act"),
    ("dip:act act:reject", "dip:act act:rejects", "s", "dip:act"),
    ("dip:act act:reject", "dip:act act:reject , act:deny", "s", "dip:act"),
    ('dip:cue "گفت"', 'dip:cue "گفت" , "افزود"', "s", "dip:cue"),
    (f'"{CONTENT}"@fa', f'"{CONTENT}"', "s", "dip:content"),
    (f'"{CONTENT}"@fa', '"این ادعا درست است"@fa', "s", "dip:content"),
    (f"dip:begin {TEXT.index(CONTENT)}", "dip:begin 600", "s", "dip:begin"),
    (f"dip:begin {TEXT.index(CONTENT)}", "dip:begin -1", "s", "dip:begin"),
    (f"dip:begin {TEXT.index(CONTENT)}", f'dip:begin "{TEXT.index(CONTENT)}"', "s", "dip:begin"),
    (f"; dip:end {TEXT.index(CONTENT) + len(CONTENT)}", "", "s", "dip:end"),
    ('"2019-07-02"^^xsd:date', '"2019-07"^^xsd:gYearMonth', "s", "dip:saidOn"),
    ("dip:about :azerbaijan", "dip:about :post", "s", "dip:about"),
    ("dip:confidence 0.75", "dip:confidence 1.5", "s", "dip:confidence"),
    ("dip:confidence 0.75", "dip:confidence 0.75e0", "s", "dip:confidence"),
    ("dip:conveys :st", "dip:conveys :st , :iran", "s", "dip:conveys"),
    ("dip:rule", "dip:addressee :jcpoa ; dip:rule", "s", "dip:addressee"),
    ("dip:rule", "dip:medium :jcpoa ; dip:rule", "s", "dip:medium"),
    ("dip:rule", "dip:denies :a ; dip:rule", "s", "dip:denies"),
    ("dip:rule", "dip:sameReportAs :a ; dip:rule", "s", "dip:sameReportAs"),
    ("dip:rule", "dip:presumedSpeaker :iran ; dip:rule", "s", "dip:presumedSpeaker"),
    ("dip:within :s", "dip:within :a", "inner", "dip:within"),
    (":inner a dip:Statement ; dip:reportedIn :a", ":b a dip:Article ; nif:isString ' '"
     " . :inner a dip:Statement ; dip:reportedIn :b", "inner", None),
    ("dip:holder :kamrani", "dip:holder :iran", "st", None),
    ("dip:holder :kamrani ;", "", "st", "dip:holder"),
    ("dip:against :azerbaijan ;", "", "st", None),
    ("dip:against :azerbaijan ;", "dip:against :azerbaijan ; dip:inFavourOf :jcpoa ;", "st", None),
    ("dip:against :azerbaijan ;", "dip:against :azerbaijan , :jcpoa ;", "st", None),
    ("dip:against :azerbaijan", "dip:against :post", "st", "dip:against"),
    ("dip:against :azerbaijan", "dip:inFavourOf :post", "st", "dip:inFavourOf"),
    ("dip:side :iran ;\n    dip:confidence", "dip:confidence", "st", "dip:side"),
    ("dip:conveys :st ;", "", "st", None),
    ("dip:confidence 1.0", "dip:confidence -0.1", "st", "dip:confidence"),
    (f'nif:isString "{TEXT}" ;', "", "a", "nif:isString"),
    ('"عنوان"@fa', '"عنوان"@fa , "دیگر"@fa', "a", "dct:title"),
    ("schema:publisher :agency", 'schema:publisher "نمونه"', "a", "schema:publisher"),
    ("schema:url <https://example.org/news/1>", "schema:url <https://x/1> , <https://x/2>", "a", "schema:url"),
    ('"2019-07"^^xsd:gYearMonth ;\n    dip:earliest', '"تیر ۹۸" ;\n    dip:earliest', "a", "schema:datePublished"),
    ('dip:latest "2019-07-31"', 'dip:latest "2019-06-30"', "a", "dip:earliest"),
    ('; dip:latest "2019-07-31"^^xsd:date', "", "a", None),
    ('"2019-07-31"^^xsd:date', '"2019-07-31"', "a", "dip:latest"),
    ('"ایران"@fa ,', "", "iran", "skos:prefLabel"),
    ('"ایران"@fa ,', '"ایران"@fa , "جمهوری اسلامی"@fa ,', "iran", "skos:prefLabel"),
    ('"Iran"@en', '"Iran"@en , "Persia"@en', "iran", "skos:prefLabel"),
    ("wd:Q794", "<https://www.wikidata.org/wiki/Q794>", "iran", "owl:sameAs"),
    ("wd:Q794", "wd:Q794 , wd:Q1", "iran", "owl:sameAs"),
    (":jcpoa a dip:Topic", ":jcpoa a dip:Topic , dip:State", "jcpoa", "rdf:type"),
    ("dip:organOf :iran", "dip:organOf :kamrani", "agency", "dip:organOf"),
    ("wd:Q794", "wd:Q794 ; org:memberOf :kamrani", "iran", "org:memberOf"),
    ("dip:activeIn :iran", "dip:activeIn :agency", "kamrani", "dip:activeIn"),
    ("org:postIn :agency ;", "", "post", "org:postIn"),
    ("dip:speaksFor :iran", "dip:speaksFor :iran , :agency", "post", "dip:speaksFor"),
    ("org:member :kamrani", "org:member :iran", "m", "org:member"),
    ("org:post :post", "org:post :iran", "m", "org:post"),
    ('"2018-01-01"', '"2021-01-01"', "m", "dip:from"),
    ('"2020-01-01"^^xsd:date', '"2020"^^xsd:gYear', "m", "dip:until"),
    ("dip:linksFrom :s", "dip:linksFrom :a", "l", "dip:linksFrom"),
    ("; dip:linksTo :inner", "", "l", "dip:linksTo"),
    ("dip:similarity 0.9", "dip:similarity 1.9", "l", "dip:similarity"),
    ("dip:summarySide :iran", "dip:summarySide :jcpoa", "sum", "dip:summarySide"),
    ("dip:summaryTarget :azerbaijan", "dip:summaryTarget :post", "sum", "dip:summaryTarget"),
    ('dip:summaryMonth "2019-07"^^xsd:gYearMonth', 'dip:summaryMonth "2019-07"', "sum", "dip:summaryMonth"),
    ("dip:summaryPolarity dip:negative", "dip:summaryPolarity act:deny", "sum", "dip:summaryPolarity"),
    ("dip:summaryCount 1", "dip:summaryCount 0", "sum", "dip:summaryCount"),
    ("dip:totalSide :iran", "dip:totalSide :jcpoa", "all", "dip:totalSide"),
    ("dip:totalTarget :azerbaijan", "dip:totalTarget :post", "all", "dip:totalTarget"),
    ("dip:totalFor 3", "dip:totalFor 0", "all", "dip:totalFor"),
    ("dip:totalAgainst 2", "dip:totalAgainst 2 , 3", "all", "dip:totalAgainst"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "node", "path"), FAULTS)
def test_each_fault_is_found_where_it_is(right, wrong, node, path):
    good = ARTICLE + ENTITIES
    assert good.count(right) >= 1
    found = validate(read(good.replace(right, wrong, 1)))
    prefix, _, local = (path or ":").partition(":")
    wanted = None if path is None else ontology.PREFIXES[prefix] + local
    violations = [v for v in found if v.node == f"https://example.org/{node}" and v.path == wanted]
    assert violations, found
    assert all(violation.message and violation.message_fa for violation in found)


def test_every_property_that_a_shape_constrains_is_broken_in_some_test():
    shapes = ontology.load("shapes")
    paths = {
        path for path in shapes.objects(None, URIRef(ontology.PREFIXES["sh"] + "path")) if isinstance(path, URIRef)
    }
    broken = {ontology.PREFIXES[p.partition(":")[0]] + p.partition(":")[2] for *_, p in FAULTS if p is not None}
    within_the_act = str(SKOS.inScheme)  # its violation is told of dip:act
    assert {str(path) for path in paths} - {within_the_act} == broken


def test_a_violation_names_its_article_and_reads_as_one_line():
    (violation,) = validate(read((ARTICLE + ENTITIES).replace("dip:confidence 1.0", "dip:confidence 7.5")))
    assert violation.article == "https://example.org/a"
    assert str(violation) == (
        "https://example.org/st dip:confidence: The confidence is one decimal from 0 to 1. (7.5) [in https://example.org/a]"
    )


def test_violations_come_in_the_same_order_every_time():
    broken = read(ARTICLE.replace("dip:act act:reject ;", "") + ENTITIES.replace("@fa", "@ar"))
    once, again = validate(broken), validate(broken)
    assert once == again
    assert len(once) > 5
