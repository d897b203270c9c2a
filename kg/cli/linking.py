"""Commands about Wikidata: ``link`` and ``gazetteer``."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.group import FAILED
from kg.cli.options import Date, store_option, strict_option
from kg.cli.reporting import print_data

if TYPE_CHECKING:
    from kg.model import DateSpan

_CACHE = "wikidata-answers.sqlite"


@click.command()
@store_option
@click.option("--online", is_flag=True, help="Ask Wikidata too, not only the gazetteer.")
@click.option(
    "--api", metavar="URL", envvar="MAVAZE_WIKIDATA_API", help="Another server that speaks as Wikidata's API."
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="N",
    help="End asking after so long; the next run goes on.",
)
@click.option(
    "--keep-answers",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    metavar="DAYS",
    help="For how long Wikidata's answers are kept beside the store.",
)
@strict_option
def link(store: str, online: bool, api: str | None, seconds: float, keep_answers: float, strict: bool) -> None:
    """Give entities without a Wikidata item one; a line for each that was linked or left, with the reason."""
    from kg.graph.store import Store
    from kg.link import link_store

    with ExitStack() as open_things:
        opened = open_things.enter_context(Store.open(store))
        client = None
        if online:
            from kg.wikidata.cache import AnswerCache
            from kg.wikidata.client import API, WikidataClient

            cache = open_things.enter_context(AnswerCache(Path(store) / _CACHE, days=keep_answers))
            client = WikidataClient(api=api or API, seconds=seconds, cache=cache)
        report = link_store(opened, client, tell=lambda outcome: print_data(str(outcome)))
    click.echo(f"mavaze: {report}", err=True)
    if report.not_asked and (strict or not (report.linked or report.left)):
        raise click.exceptions.Exit(FAILED)


@click.group()
def gazetteer() -> None:
    """What is known of the world: states, bodies, offices and who held them."""


@gazetteer.command()
@click.option(
    "--endpoint", metavar="URL", envvar="MAVAZE_WIKIDATA_SPARQL", help="Another SPARQL service with Wikidata's data."
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Turtle files to rewrite instead of those that mavaze reads.",
)
@click.option("--on", "on", type=Date(), metavar="DATE", help="The day of the service's data, where not today.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=1800.0,
    show_default=True,
    metavar="N",
    help="Give up after so long; then nothing is changed.",
)
def refresh(endpoint: str | None, folder: Path | None, on: "DateSpan | None", seconds: float) -> None:
    """Bring the holders of offices up to date from Wikidata, in sorted Turtle that makes a readable diff."""
    from datetime import date
    from importlib.resources import files

    import kg.gazetteer
    from kg.wikidata.client import SPARQL, WikidataClient
    from kg.wikidata.refresh import ask_holdings
    from kg.wikidata.refresh import refresh as refresh_files

    place = folder or Path(str(files(kg.gazetteer)))
    known = kg.gazetteer.load_folder(place)
    client = WikidataClient(sparql=endpoint or SPARQL, seconds=seconds)
    holdings = list(ask_holdings(client, known))
    report = refresh_files(place, known, holdings, on=on.latest if on is not None else date.today())
    for line in report.open_questions:
        print_data(line)
    click.echo(f"mavaze: {report}", err=True)
