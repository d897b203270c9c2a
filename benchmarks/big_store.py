"""A large store of invented news in the ontology's shape, for benchmarks: the same size gives the same store.

    python benchmarks/big_store.py FOLDER [ARTICLES]

One named graph per article, actors and topics by Zipf's law, about 42 asserted triples an article.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.graph.iris import ENTITIES_GRAPH, digest
from kg.graph.store import Store
from ontology import BASE, PREFIXES

ACTS = ("announce", "affirm", "deny", "accuse", "condemn", "criticize", "demand", "warn", "praise", "support")
KINDS = ("State", "Person", "Organization", "Group")
BEGINNINGS = ["گفت", "راه", "پیم", "دری", "کشت", "بند", "مرز", "نفت", "برق", "آبر", "کوه", "جنگ"]
ENDINGS = ["ان", "ها", "ستان", "گاه", "ینه", "وار", "مند", "زار", "دان", "کده", "یار", "بان", "گر", "چه"]
WORDS = [beginning + ending for beginning in BEGINNINGS for ending in ENDINGS]
OUTLETS = 40
ACTORS, TOPICS = 2_000, 300


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


_A = _iri("rdf:type")


def _text(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def _triples(articles: int) -> Iterator[tuple[str, str, str, str]]:
    chance = random.Random(7)
    entities = f"<{ENTITIES_GRAPH}>"
    actors = [f"<{BASE}{KINDS[n % 4].lower()}/a{n}>" for n in range(ACTORS)]
    topics = [f"<{BASE}topic/t{n}>" for n in range(TOPICS)]
    outlets = [f"<{BASE}organization/o{n}>" for n in range(OUTLETS)]
    for number, thing in enumerate((*actors, *topics, *outlets)):
        kind = KINDS[number % 4] if number < ACTORS else "Topic" if number < ACTORS + TOPICS else "Organization"
        yield thing, _A, _iri(f"dip:{kind}"), entities
        yield thing, _iri("skos:prefLabel"), f'"{WORDS[number % len(WORDS)]} {number}"@fa', entities
        yield thing, _iri("skos:prefLabel"), f'"Name {number}"@en', entities
    weights = [1 / (rank + 1) for rank in range(ACTORS + TOPICS)]
    targets = actors + topics
    for number in range(articles):
        article = f"<{BASE}article/{digest(str(number))}>"
        day = f"{2003 + number % 20}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        contents = [_text(chance, 8, 30) for _ in range(chance.choice((1, 2, 2, 3, 3, 4)))]
        date = f'"{day}"^^{_iri("xsd:date")}'
        yield article, _A, _iri("dip:Article"), article
        yield article, _iri("nif:isString"), f'"{". ".join(contents)}"', article
        yield article, _iri("dct:title"), f'"{_text(chance, 4, 8)}"@fa', article
        yield article, _iri("schema:publisher"), outlets[number % OUTLETS], article
        yield article, _iri("schema:url"), f"<https://news.example/{number}>", article
        for name in ("schema:datePublished", "dip:earliest", "dip:latest"):
            yield article, _iri(name), date, article
        begin = 0
        for place, content in enumerate(contents):
            statement = f"<{BASE}statement/{digest(str(number), str(place))}>"
            speaker, about, target = chance.choices(targets, weights, k=3)
            if speaker in topics:
                speaker = actors[place]
            act = chance.choice(ACTS)
            yield statement, _A, _iri("dip:Statement"), article
            yield statement, _iri("dip:reportedIn"), article, article
            yield statement, _iri("dip:speaker"), speaker, article
            yield statement, _iri("dip:act"), _iri(f"act:{act}"), article
            yield statement, _iri("dip:about"), about, article
            yield statement, _iri("dip:content"), f'"{content}"@fa', article
            yield statement, _iri("dip:cue"), '"گفت"', article
            yield statement, _iri("dip:rule"), '"verb"', article
            yield statement, _iri("dip:confidence"), f'"0.{chance.randint(3, 9)}"^^{_iri("xsd:decimal")}', article
            for name, at in (("begin", begin), ("end", begin + len(content))):
                yield statement, _iri(f"dip:{name}"), f'"{at}"^^{_iri("xsd:integer")}', article
            begin += len(content) + 2
            if place % 3 < 2 and target != speaker:
                stance = f"<{BASE}stance/{digest(str(number), str(place), 's')}>"
                toward = "inFavourOf" if act in ("praise", "support") else "against"
                yield statement, _iri("dip:conveys"), stance, article
                yield stance, _A, _iri("dip:Stance"), article
                yield stance, _iri("dip:holder"), speaker, article
                yield stance, _iri(f"dip:{toward}"), target, article
                yield stance, _iri("dip:confidence"), f'"0.8"^^{_iri("xsd:decimal")}', article


def make_store(folder: Path, articles: int) -> int:
    """Make a store and return how many triples are asserted in it; nothing is derived yet."""
    with Store.open(folder, create=True) as store:
        lines = folder.parent / f"{folder.name}.nq"
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(f"{s} {p} {o} {g} .\n" for s, p, o, g in _triples(articles))
        store.engine.bulk_load(path=str(lines), format=ox.RdfFormat.N_QUADS)
        lines.unlink()
        # Its things are none of the gazetteer's: as if the entities graph were in step with it.
        store.register.set_facts({"gazetteer": store.gazetteer.digest})
        return len(store.engine)


if __name__ == "__main__" and len(sys.argv) > 1:
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 25_000
    print(f"{make_store(Path(sys.argv[1]), size):,} triples")
