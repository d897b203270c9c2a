"""Commands that answer questions: ``serve`` and ``query``."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.options import SettingsCommand, read_pairs, store_option
from kg.cli.reporting import print_data


@click.command(cls=SettingsCommand)
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 picks a free one.")
def serve(store: str, host: str, port: int, **options: object) -> None:
    """Answer over HTTP: a SPARQL endpoint and web pages.

    Each setting is an option, or MAVAZE_NAME in the environment.
    """
    from server import serve as serve_store
    from server.settings import read_settings

    def announce(address: str) -> None:
        click.echo(f"mavaze: answers at {address} (Ctrl-C ends it)", err=True)

    serve_store(store, host, port, read_settings(options), on_ready=announce)


@click.command()
@click.option("--store", metavar="DIR", help="The folder of the store.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of a store.")
@click.argument("query", required=False)
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False), help="Read the query from a file.")
@click.option("--name", help="One of the questions that ship; --list shows them.")
@click.option("--list", "is_list", is_flag=True, help="List the questions that ship.")
@click.option("--set", "values", multiple=True, metavar="VAR=VALUE", help="An IRI, a Wikidata item, a name or a date.")
@click.option("--format", "format_", default="table", show_default=True, help="table, json, xml, csv, tsv, turtle, …")
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds that the query may take.")
@click.option("--federation", "hosts", multiple=True, metavar="HOST", help="A host that SERVICE may ask; repeatable.")
def query(
    store: str | None,
    endpoint: str | None,
    query: str | None,
    file: str | None,
    name: str | None,
    is_list: bool,
    values: Sequence[str],
    format_: str,
    time_limit: float,
    hosts: Sequence[str],
) -> None:
    """Ask a store, or an endpoint elsewhere, one SPARQL query.

    QUERY is SPARQL text; the vocabulary's prefixes need not be declared.
    """
    from ontology import queries

    if is_list:
        for shipped in queries():
            told = " ".join(f"{p.name}={p.default}" for p in shipped.parameters)
            print_data(f"{shipped.name}\t{shipped.title_fa}\t{shipped.title_en}\t{told}")
        return
    if sum(given is not None for given in (query, file, name)) != 1:
        raise click.UsageError("give one of QUERY, --file and --name (or --list)")
    if (store is None) == (endpoint is None):
        raise click.UsageError("give either --store or --endpoint")
    from kg.query import ask, open_source

    text = Path(file).read_text(encoding="utf-8") if file else query
    with open_source(store, endpoint, seconds=time_limit, hosts=hosts) as source:
        answer = ask(source, text=text, name=name, values=read_pairs(values, "--set"), format=format_)
    if format_ == "table" and answer.format == "json":
        from kg.table import to_table

        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        print_data(to_table(answer, base=source.base, width=width).rstrip("\n"))
    else:
        click.echo(answer.body, nl=False)
