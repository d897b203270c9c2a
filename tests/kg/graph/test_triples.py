from datetime import date

import pytest
from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import DC, DCTERMS, PROV, SDO, SKOS

from kg.graph.iris import article_iri
from kg.graph.triples import NIF, OA, Provenance, Use, article_triples, find_uses, to_graph
from kg.model import Article, DateSpan, Entity, Extraction, Span, Stance, Statement
from ontology import ACT, DIP

ID = "https://w3id.org/mavaze/id/"


def test_every_statement_carries_its_exact_words(tell):
    extraction = tell(("kamrani", "announce", "راه باز است"), ("kamrani", "warn", "وقت می‌گذرد"))
    graph = to_graph(extraction)
    text = str(next(graph.objects(None, NIF.isString)))
    assert text == extraction.article.text
    for statement in graph.subjects(RDF.type, DIP.Statement):
        begin, end = int(graph.value(statement, DIP.begin)), int(graph.value(statement, DIP.end))
        assert text[begin:end] == str(graph.value(statement, DIP.content))
        selector = graph.value(statement, OA.hasSelector)
        assert (int(graph.value(selector, OA.start)), int(graph.value(selector, OA.end))) == (begin, end)


def test_a_text_keeps_its_line_ends_and_joiners():
    text = "\ufeffمي‌گويد\r\nخط دوم\t😀"
    graph = to_graph(Extraction(Article("a", text)))
    assert str(next(graph.objects(None, NIF.isString))) == text


def test_who_said_what_on_whose_behalf(tell):
    extraction = tell(
        (
            "kamrani",
            "accuse",
            "همسایه پیمان را شکست",
            "-eastland",
            "for:westland",
            "@minister",
            "about:treaty",
            "direct",
        )
    )
    graph = to_graph(extraction)
    statement = next(graph.subjects(RDF.type, DIP.Quotation))
    assert graph.value(statement, DIP.speaker) == URIRef(ID + "person/kamrani")
    assert graph.value(statement, DIP.onBehalfOf) == URIRef(ID + "state/westland")
    assert graph.value(statement, DIP.speakerPost) == URIRef(ID + "post/minister")
    assert graph.value(statement, DIP.about) == URIRef(ID + "topic/treaty")
    assert graph.value(statement, DIP.act) == ACT.accuse
    stance = graph.value(statement, DIP.conveys)
    assert graph.value(stance, DIP.against) == URIRef(ID + "state/eastland")
    assert graph.value(stance, DIP.inFavourOf) is None
    assert graph.value(stance, DIP.confidence) == Literal("0.8", datatype=XSD.decimal)


def test_nested_speech_points_to_the_outer_statement(tell):
    graph = to_graph(tell(("kamrani", "announce", "گفته‌اند ما"), ("eastland", "accuse", "مقصر", "-westland", "in:0")))
    inner = next(graph.subjects(DIP.act, ACT.accuse))
    assert graph.value(graph.value(inner, DIP.within), DIP.act) == ACT.announce


def test_the_same_words_of_one_speaker_are_one_statement(tell):
    article = Article("a", "این پیمان خوب است")
    entities = (Entity("p", "بهرام سروش", "person"), Entity("t", "پیمان دریا", "topic"))
    stance = Stance("p", "t", "positive")
    twice = (
        Statement("p", Span(0, 17), "praise", stances=(stance,)),
        Statement("p", Span(0, 17), "affirm", stances=(stance,)),
    )
    graph = to_graph(Extraction(article, entities, twice))
    assert list(graph.objects(None, DIP.act)) == [ACT.praise]
    assert len(list(graph.objects(None, DIP.conveys))) == 1


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2019, 7, 15), date(2019, 7, 15), Literal("2019-07-15", datatype=XSD.date)),
        (date(2019, 7, 1), date(2019, 7, 31), Literal("2019-07", datatype=XSD.gYearMonth)),
        (date(2019, 1, 1), date(2019, 12, 31), Literal("2019", datatype=XSD.gYear)),
        (date(2019, 3, 21), date(2020, 3, 19), None),
    ],
)
def test_a_date_is_as_precise_as_known(tell, first, last, written):
    extraction = tell(published=DateSpan(first, last))
    graph = to_graph(extraction)
    assert graph.value(article_iri(extraction.article), SDO.datePublished) == written
    assert str(next(graph.objects(None, DIP.earliest))) == first.isoformat()
    assert str(next(graph.objects(None, DIP.latest))) == last.isoformat()


def test_an_undated_article_has_no_date(tell):
    graph = to_graph(tell(published=None))
    assert not list(graph.objects(None, DIP.earliest))


def test_title_address_and_source_of_a_retold_article(tell):
    graph = to_graph(tell(title="سرخط", url="https://x.example/a b", derived_from="https://y.example/1"))
    article = next(graph.subjects(RDF.type, DIP.Article))
    assert graph.value(article, DCTERMS.title) == Literal("سرخط", lang="fa")
    assert graph.value(article, SDO.url) == Literal("https://x.example/a b")
    assert graph.value(article, PROV.wasDerivedFrom) == URIRef("https://y.example/1")
    described = to_graph(tell(derived_from="گزارش یک روزنامه"))
    assert str(next(described.objects(None, DC.source))) == "گزارش یک روزنامه"


def test_names_and_types_of_actors_stay_out_of_the_articles_graph(tell):
    graph = to_graph(tell(("stranger", "announce", "راه باز است", "+treaty")))
    assert not list(graph.triples((None, SKOS.prefLabel, None)))
    assert not list(graph.triples((URIRef(ID + "person/بهرام-سروش"), None, None)))


def test_publisher_is_the_gazetteers_where_it_knows_it(tell, world):
    known = set(article_triples(tell(), gazetteer=world))
    unknown = set(article_triples(tell(publisher="خبرگزاری سپهر"), gazetteer=world))
    assert URIRef(ID + "organization/daily") in {o for _, p, o in known if p == SDO.publisher}
    assert URIRef(ID + "organization/خبرگزاری-سپهر") in {o for _, p, o in unknown if p == SDO.publisher}


def test_provenance_tells_version_and_data_and_no_time(tell):
    made_by = Provenance("1.2.3", (("lexicon", "sha256:ab12"),))
    extraction = tell(("stranger", "announce", "راه باز است"))
    triples = set(article_triples(extraction, provenance=made_by))
    activities = {o for _, p, o in triples if p == PROV.wasGeneratedBy}
    assert activities == {URIRef(ID + made_by.path)}
    uses = {use.kind: use for use in find_uses(extraction, provenance=made_by)}
    assert uses["activity"].forms == ("lexicon sha256:ab12",)
    assert uses["software"].name == "1.2.3"
    assert Provenance("1.2.3", (("lexicon", "sha256:cd34"),)).path != made_by.path


def test_uses_tell_names_only_of_what_the_gazetteer_does_not_know(tell, world):
    uses = {use.path: use for use in find_uses(tell(("stranger", "praise", "خوب است", "+treaty")), gazetteer=world)}
    assert uses["topic/treaty"] == Use("topic/treaty", "topic")
    assert uses["person/بهرام-سروش"].forms == ("بهرام سروش", "سروش", "کارشناس مستقل")
    assert "organization/daily" in uses


def test_the_same_extraction_gives_the_same_triples(tell):
    lines = [("kamrani", "accuse", "همسایه پیمان را شکست", "-eastland"), ("stranger", "deny", "چنین نیست", "-kamrani")]
    assert set(to_graph(tell(*lines))) == set(to_graph(tell(*lines)))
