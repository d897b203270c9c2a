"""Commands that read articles: ``extract`` and ``build``."""

import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.group import INTERRUPTED
from kg.cli.options import (
    date_option,
    engine_option,
    jobs_option,
    min_confidence_option,
    model_option,
    open_engine,
    publisher_option,
    report_option,
    sources_argument,
    store_or_server_option,
    strict_option,
)
from kg.cli.reporting import SetAside, print_data, report_engine, say
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.model import DateSpan


@click.command()
@sources_argument
@publisher_option
@date_option
@jobs_option
@strict_option
@report_option
@min_confidence_option
@engine_option
@model_option
@click.option("--explain", is_flag=True, help="Say in words, on stderr, how each statement was found.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page of the one article here.")
def extract(
    sources: Sequence[str],
    publisher: str | None,
    date: "DateSpan | None",
    jobs: int,
    strict: bool,
    report: Path | None,
    min_confidence: float | None,
    engine: str | None,
    model: str | None,
    explain: bool,
    html: Path | None,
) -> None:
    """Print what articles say: one JSON object per article, in input order.

    SOURCE is a file, a folder, or - for standard input.
    """
    from kg.attempts import attempt_all, built_in
    from kg.sources import read

    server = open_engine(engine, model, min_confidence)
    set_aside, done = SetAside(is_strict=strict, report=report), 0
    articles = read(*sources, publisher=publisher, published=date, set_aside=set_aside)
    if html is not None:
        first = list(islice(articles, 2))
        if len(first) > 1:
            raise click.UsageError("--html shows one article, and there are several")
        articles = iter(first)
    for article, extraction in attempt_all(articles, server or built_in(min_confidence), 1 if server else jobs):
        if isinstance(extraction, str):
            set_aside(InputError(extraction, where=article.id))
            continue
        print_data(json.dumps(extraction.as_record(), ensure_ascii=False))
        done += 1
        if explain:
            from kg.extract.explanation import explain as explain_all

            for block in explain_all(extraction):
                click.echo(f"{article.id} {block}\n", err=True)
        if html is not None:
            from kg.extract.article_page import to_html

            html.write_text(to_html(extraction), encoding="utf-8")
    report_engine(server)
    set_aside.finish(done)


@click.command()
@sources_argument
@store_or_server_option
@publisher_option
@date_option
@jobs_option
@strict_option
@report_option
@min_confidence_option
@engine_option
@model_option
@click.option("--base", metavar="IRI", help="Where the things' IRIs begin; a store keeps the one it was made with.")
@click.option("--force", is_flag=True, help="Read all again, unchanged articles too.")
@click.option("--cluster", metavar="ADDRESS", help="Read on this Dask cluster (tcp://scheduler:8786).")
@click.option("--restore", is_flag=True, help="Take in again what mavaze remove took out.")
def build(
    sources: Sequence[str],
    store: str,
    publisher: str | None,
    date: "DateSpan | None",
    jobs: int,
    strict: bool,
    report: Path | None,
    min_confidence: float | None,
    engine: str | None,
    model: str | None,
    base: str | None,
    force: bool,
    cluster: str | None,
    restore: bool,
) -> None:
    """Read articles into a store; unchanged ones are skipped, changed ones replaced as a whole."""
    from kg.build import build as build_store
    from kg.progress import Progress

    server = open_engine(engine, model, min_confidence)
    if server is not None and cluster is not None:
        raise click.UsageError("--engine and --cluster are two places to read at: give one")
    set_aside = SetAside(is_strict=strict, report=report)
    with Progress(is_terminal=sys.stderr.isatty(), write=say) as progress:
        done = build_store(
            sources,
            store,
            publisher=publisher,
            published=date,
            jobs=jobs,
            base=base,
            force=force,
            cluster=cluster,
            restore=restore,
            min_confidence=min_confidence,
            engine=server,
            set_aside=set_aside,
            progress=progress,
        )
    report_engine(server)
    click.echo(f"mavaze: {done}", err=True)
    if done.is_interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    set_aside.finish(done.added + done.replaced + done.unchanged + done.withheld)
