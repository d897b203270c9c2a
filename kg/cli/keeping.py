"""Commands about a store as a whole: ``export``, ``check``, ``backup`` and ``optimize``."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.group import WANTING
from kg.cli.options import Date, store_option, store_or_server_option
from kg.cli.reporting import print_data
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.graph.given_text import Policy
    from kg.model import DateSpan


@click.command()
@store_option
@click.option("--format", "format_", default="trig", show_default=True, help="turtle, trig, nquads, jsonld, csv, …")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to stdout.")
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="Only this named graph; may be repeated.")
@click.option("--since", type=Date(), metavar="DATE", help="Only articles published on this day or later.")
@click.option("--until", type=Date(), metavar="DATE", help="Only articles published on this day or before.")
@click.option("--actor", "actors", multiple=True, metavar="NAME", help="Only what it said, or was said about it.")
@click.option(
    "--text",
    type=click.Choice(["full", "excerpt", "none"]),
    default="full",
    show_default=True,
    envvar="MAVAZE_TEXT",
    help="How much of the articles' text is given out.",
)
def export(
    store: str,
    format_: str,
    output: Path | None,
    graphs: Sequence[str],
    since: "DateSpan | None",
    until: "DateSpan | None",
    actors: Sequence[str],
    text: "Policy",
) -> None:
    """Write the graph, or a part of it, sorted: the same graph gives the same bytes.

    Formats: turtle, trig, nquads, ntriples, jsonld, rdfxml, turtle12 (RDF 1.2); csv, a row per stance;
    graphml and gexf, the network of who supports and opposes whom. An actor is a name, an IRI or a
    Wikidata item.
    """
    from kg.graph.export import Part, write_export
    from kg.graph.store import Store

    part = Part(
        tuple(graphs),
        since.earliest if since else None,
        until.latest if until else None,
        tuple(_find_actors(store, actors)),
    )
    with Store.open(store, read_only=True) as opened:
        if output is None:
            write_export(opened, sys.stdout.buffer, format_, part=part, text=text)
            sys.stdout.buffer.flush()
            return
        draft = output.with_name(f".{output.name}.part")
        try:
            with draft.open("wb") as file:
                write_export(opened, file, format_, part=part, text=text)
            draft.replace(output)
        except OSError as problem:
            raise InputError(f"it cannot be written ({problem.strerror or problem})", where=str(output)) from problem
        finally:
            draft.unlink(missing_ok=True)
    click.echo(f"mavaze: {output} written", err=True)


def _find_actors(store: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the IRIs that names mean."""
    if not names:
        return
    from kg.query import open_source, to_term

    with open_source(store, None, seconds=60) as source:
        for name in names:
            term = to_term(name, None, source, source.base)
            if term.kind != "uri":
                raise InputError(f"«{name}» is no name of an actor", where="--actor")
            yield term.value


@click.command()
@store_option
@click.option("--owl", is_flag=True, help="Let a reasoner look for contradictions too (needs Java).")
def check(store: str, owl: bool) -> None:
    """Hold a store against the ontology's shapes: one line per violation, status 1 when there is one."""
    from kg.graph.checking import find_contradictions, find_violations
    from kg.graph.store import Store

    count = 0
    with Store.open(store, read_only=True) as opened:
        for line in chain(find_violations(opened), find_contradictions(opened) if owl else ()):
            print_data(str(line))
            count += 1
    click.echo(f"mavaze: {count or 'no'} violation{'' if count == 1 else 's'}", err=True)
    if count:
        raise click.exceptions.Exit(WANTING)


@click.command()
@store_or_server_option
@click.argument("articles", metavar="IRI…", nargs=-1)
@click.option("--publisher", metavar="NAME", help="Take out all articles of this outlet.")
@click.option("--source", metavar="PATH", help="Take out all articles that only this file, folder or archive gives.")
def remove(store: str, articles: Sequence[str], publisher: str | None, source: str | None) -> None:
    """Take articles out, with all that followed from them, and keep them from coming back unasked.

    An article is named by its IRI or by the address of its page. «mavaze build --restore» takes it in again.
    """
    if not (articles or publisher or source):
        raise click.UsageError("name articles, a --publisher or a --source")
    from kg.removal import remove as remove_articles

    click.echo(f"mavaze: {remove_articles(store, articles, publisher=publisher, source=source)}", err=True)


@click.command()
@store_option
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="The copy: a folder that is not there yet."
)
def backup(store: str, output: Path) -> None:
    """Copy a store, whole and at once, while a server goes on reading it."""
    from kg.graph.upkeep import backup as back_up

    count = back_up(Path(store), output)
    click.echo(f"mavaze: {output} holds {count} triples", err=True)


@click.command()
@store_option
def optimize(store: str) -> None:
    """Put a store's files in order after a large build: queries are faster, and the disk may be fuller."""
    from kg.graph.upkeep import optimize as put_in_order

    done = put_in_order(Path(store))
    click.echo(f"mavaze: {done.before / 1e6:.1f} MB before, {done.after / 1e6:.1f} MB now", err=True)
