"""A graph of any size in the shape of a real one: the sample articles again and again, with other actors and words.

    python benchmarks/synthetic.py [--triples N] [--store DIR]

Each copy of an article has IRIs of its own, its actors are drawn anew from those that the gazetteer knows (a few of
them often, most of them seldom), its date from ten years, its outlet from twelve. What follows from the articles is
derived as in a build. The same number of triples gives the same graph. Other benchmarks make it where it is missing.
"""

import argparse
import hashlib
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.build import build
from kg.gazetteer import load
from kg.graph.entities import EntityDescriber
from kg.graph.files import make_folder
from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, SUMMARIES_GRAPH
from kg.graph.store import Store
from kg.graph.terms import to_quads
from ontology import BASE

ROOT = Path(__file__).parent.parent
MILLION = 1_000_000
SHAPE = 2
"""Goes up when what is derived has changed, so that no graph of before is measured."""
OWN_SHARE = 0.6
"""Of a whole graph's triples, those that stand in articles' graphs and are copied here."""

_OWN = re.compile(r"/(article|statement|stance)/([0-9a-f]{20})")
_ACTOR = re.compile(rf"<{re.escape(BASE)}(person|state|organization|topic)/([^/>]+)>")
_DATE = re.compile(r'"\d{4}-\d\d-\d\d"(\^\^<http://www\.w3\.org/2001/XMLSchema#date>)')
_WORDS = re.compile(r"(#(?:content|isString)> \")")
_PUBLISHER = re.compile(rf"(schema\.org/publisher> <{re.escape(BASE)}organization/)[^>]+>")


def default_store(triples: int) -> Path:
    """Return where the graph of that size is kept between benchmarks."""
    return Path(tempfile.gettempdir()) / f"mavaze-benchmark-{SHAPE}-{triples}"


def make_store(triples: int = MILLION, folder: Path | None = None) -> Path:
    """Return a store of about so many triples, made now or before."""
    folder = folder or default_store(triples)
    done = folder.with_suffix(".done")
    if done.exists() and folder.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    print(f"making a graph of {triples:,} triples in {folder} …", file=sys.stderr)
    began = time.monotonic()
    articles, rest = _read_samples()
    make_folder(folder, BASE)
    engine = ox.Store(str(folder))
    with tempfile.NamedTemporaryFile("w", suffix=".nq", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in _copies(articles, rest, round(triples * OWN_SHARE)))
        file.flush()
        engine.bulk_load(path=file.name, format=ox.RdfFormat.N_QUADS)
        engine.flush()
        del engine
    with Store.open(folder) as store:
        # The register knows of no article here, so that what is said of things must not be made anew from it.
        store.register.set_facts({"gazetteer": store.gazetteer.digest})
        store.derive()
        store.engine.optimize()
        count = len(store.engine)
    done.write_text(f"{count}\n")
    print(f"{count:,} triples in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return folder


def _read_samples() -> tuple[list[list[str]], list[str]]:
    """Return the sample articles' graphs as lines, and what belongs to no article."""
    with tempfile.TemporaryDirectory() as folder:
        build([ROOT / "data" / "articles"], Path(folder) / "store")
        with Store.open(Path(folder) / "store", read_only=True) as store:
            articles = [
                sorted(map(_line, store.engine.quads_for_pattern(None, None, None, ox.NamedNode(graph))))
                for graph in store.articles()
            ]
            fixed = [
                _line(quad)
                for graph in (ENTITIES_GRAPH,)
                for quad in store.engine.quads_for_pattern(None, None, None, ox.NamedNode(graph))
            ]
    gazetteer = load()
    describer = EntityDescriber(gazetteer)
    paths = {need for key in (*gazetteer.things, *gazetteer.posts) for need in (key, *describer.needs(key))}
    known = to_quads((triple for path in paths for triple in describer.describe(path)), ENTITIES_GRAPH)
    return articles, sorted({*fixed, *map(_line, known)})


def _line(quad: ox.Quad) -> str:
    return f"{quad} ."


def _copies(articles: list[list[str]], rest: list[str], count: int) -> Iterator[str]:
    yield from rest
    given, copy = len(rest), 0
    actors: dict[str, list[str]] = {}
    for key in sorted(load().things):
        actors.setdefault(key.partition("/")[0], []).append(key)
    while given < count:
        for lines in articles:
            if given >= count:
                return
            chance = random.Random(f"{copy} {lines[0]}")
            yield from _copy(lines, copy, chance, actors)
            given += len(lines)
        copy += 1


def _copy(lines: list[str], copy: int, chance: random.Random, actors: dict[str, list[str]]) -> Iterator[str]:
    drawn: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        return f"/{match[1]}/{hashlib.sha256(f'{copy} {match[2]}'.encode()).hexdigest()[:20]}"

    def draw(match: re.Match[str]) -> str:
        known = actors[match[1]]
        if match[0] not in drawn:
            drawn[match[0]] = known[
                min(int(chance.paretovariate(0.6)) - 1, len(known) - 1)
                if chance.random() < 0.9
                else chance.randrange(len(known))
            ]
        return f"<{BASE}{drawn[match[0]]}>"

    day = f'"{chance.randrange(2015, 2025)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"'
    publisher = f"outlet-{chance.randrange(12)}"
    mark = f"\\g<1>{chance.randrange(10**9)} "
    for line in lines:
        line = _PUBLISHER.sub(rf"\g<1>{publisher}>", line)
        if "schema.org/publisher" not in line:
            line = _ACTOR.sub(draw, line)
        yield _WORDS.sub(mark, _DATE.sub(rf"{day}\g<1>", _OWN.sub(rename, line)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=20_000)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    folder = make_store(options.triples, options.store)
    engine = ox.Store.read_only(str(folder))
    graphs = {str(graph): 0 for graph in (ONTOLOGY_GRAPH, ENTITIES_GRAPH, DERIVED_GRAPH, SUMMARIES_GRAPH)}
    for graph in graphs:
        graphs[graph] = sum(1 for _ in engine.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
    named = ", ".join(f"{graph.rpartition('/')[2]} {count:,}" for graph, count in graphs.items())
    print(f"synthetic graph: {len(engine):,} triples ({named}; the rest in articles) in {folder}")


if __name__ == "__main__":
    main()
