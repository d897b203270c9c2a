"""The commands: each is arguments, one call, print.

stdout carries data only; words go to stderr. Status: 0 done, 1 looked and found wanting, 2 bad
usage, bad input, or nothing could be done. Rooms are imported by the command that needs them.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import InputError, MavazeError

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine
    from kg.model import DateSpan, Extraction

WANTING, FAILED, INTERRUPTED = 1, 2, 130


class Commands(click.Group):
    """Turn what went wrong into one line on stderr and a status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except MavazeError as error:
            self._fail(ctx, str(error))
        except BrokenPipeError:  # the reader has seen enough, as «head» does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            self._fail(ctx, f"{error.filename or 'the system'}: {error.strerror or error}")
        except KeyboardInterrupt:
            click.echo("mavaze: interrupted", err=True)
            ctx.exit(INTERRUPTED)

    @staticmethod
    def _fail(ctx: click.Context, line: str) -> None:
        click.echo(f"mavaze: {' '.join(line.split())}", err=True)
        ctx.exit(FAILED)


class Date(click.ParamType[Any]):
    """A day, month, year or span, Gregorian or Jalali."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "DateSpan":
        """Read the date, or refuse it as bad usage."""
        from kg.language.dates import parse_date

        found = parse_date(str(value))
        if found is None:
            self.fail(f"«{value}» is no date; write 2019-07-15, 2019-07, 2019, 2019/2020 or ۱۳۹۸/۰۴/۲۴", param, ctx)
        return found


class SettingsCommand(click.Command):
    """A command with an option for each of the server's settings, read when the command is asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the command's own options and the settings."""
        from server.settings import SETTINGS

        own = super().get_params(ctx)
        rows = [
            click.Option(
                [row.option],
                type=row.type,
                metavar="VALUE",
                help=f"{row.help} [default: {'none' if row.default == '' else row.default}]",
            )
            for row in SETTINGS
        ]
        return [*own[:-1], *rows, own[-1]]


class SetAside:
    """Say on stderr what could not be read, and count it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: InputError) -> None:
        """Report one input."""
        self.count += 1
        click.echo(f"mavaze: set aside: {error}", err=True)

    def finish(self, done: int, *, is_strict: bool) -> None:
        """End with a failure when nothing was done, or when nothing may be set aside."""
        if self.count and (is_strict or not done):
            raise click.exceptions.Exit(FAILED)


_Command = Callable[..., Any]

_sources = click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
_store = click.option("--store", metavar="DIR", required=True, help="The folder of the store.")
_date = click.option("--date", type=Date(), metavar="DATE", help="The date of articles that have none.")
_publisher = click.option("--publisher", metavar="NAME", help="The outlet of articles that name none.")
_jobs = click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to read with.")
_min_confidence = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Leave out statements that are less probable: more gives fewer and surer ones.",
)
_engine = click.option("--engine", metavar="URL", help="Let a model on this server read; the texts are sent there.")
_model = click.option("--model", metavar="NAME", help="The server's model, where it has several.")
_strict = click.option("--strict", is_flag=True, help="Fail (status 2) when an input was set aside.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="mavaze", message="%(prog)s %(version)s")
def main() -> None:
    """Read Persian diplomatic news; ask who said what about whom, with which stance."""
    import logging

    logging.basicConfig(stream=sys.stderr, format="mavaze: %(message)s", level=logging.WARNING, force=True)


@main.command()
@_sources
@_publisher
@_date
@_jobs
@_strict
@_min_confidence
@_engine
@_model
@click.option("--explain", is_flag=True, help="Say in words, on stderr, how each statement was found.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page of the one article here.")
def extract(
    sources: Sequence[str],
    publisher: str | None,
    date: "DateSpan | None",
    jobs: int,
    strict: bool,
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

    server = _open_engine(engine, model, min_confidence)
    set_aside, done = SetAside(), 0
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
        _print(json.dumps(extraction.as_record(), ensure_ascii=False))
        done += 1
        if explain:
            from kg.extract.explanation import explain as explain_all

            for block in explain_all(extraction):
                click.echo(f"{article.id} {block}\n", err=True)
        if html is not None:
            from kg.extract.article_page import to_html

            html.write_text(to_html(extraction), encoding="utf-8")
    _report(server)
    set_aside.finish(done, is_strict=strict)


@main.command()
@_sources
@_store
@_publisher
@_date
@_jobs
@_strict
@_min_confidence
@_engine
@_model
@click.option("--base", metavar="IRI", help="Where the things' IRIs begin; a store keeps the one it was made with.")
@click.option("--force", is_flag=True, help="Read all again, unchanged articles too.")
def build(
    sources: Sequence[str],
    store: str,
    publisher: str | None,
    date: "DateSpan | None",
    jobs: int,
    strict: bool,
    min_confidence: float | None,
    engine: str | None,
    model: str | None,
    base: str | None,
    force: bool,
) -> None:
    """Read articles into a store; unchanged ones are skipped, changed ones replaced as a whole."""
    from kg.build import build as build_store

    server = _open_engine(engine, model, min_confidence)
    set_aside = SetAside()
    report = build_store(
        sources,
        store,
        publisher=publisher,
        published=date,
        jobs=jobs,
        base=base,
        force=force,
        min_confidence=min_confidence,
        engine=server,
        set_aside=set_aside,
        progress=_show_progress if sys.stderr.isatty() else None,
    )
    _report(server)
    click.echo(f"mavaze: {report}", err=True)
    if report.is_interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    set_aside.finish(report.added + report.replaced + report.unchanged, is_strict=strict)


@main.command(cls=SettingsCommand)
@_store
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


@main.command()
@click.option("--store", metavar="DIR", help="The folder of the store.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of a store.")
@click.argument("query", required=False)
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False), help="Read the query from a file.")
@click.option("--name", help="One of the questions that ship; --list shows them.")
@click.option("--list", "is_list", is_flag=True, help="List the questions that ship.")
@click.option("--set", "values", multiple=True, metavar="VAR=VALUE", help="An IRI, a Wikidata item, a name or a date.")
@click.option("--format", "format_", default="table", show_default=True, help="table, json, xml, csv, tsv, turtle, …")
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds that the query may take.")
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
) -> None:
    """Ask a store, or an endpoint elsewhere, one SPARQL query.

    QUERY is SPARQL text; the vocabulary's prefixes need not be declared.
    """
    from ontology import queries

    if is_list:
        for shipped in queries():
            told = " ".join(f"{p.name}={p.default}" for p in shipped.parameters)
            _print(f"{shipped.name}\t{shipped.title_fa}\t{shipped.title_en}\t{told}")
        return
    if sum(given is not None for given in (query, file, name)) != 1:
        raise click.UsageError("give one of QUERY, --file and --name (or --list)")
    if (store is None) == (endpoint is None):
        raise click.UsageError("give either --store or --endpoint")
    from kg.query import ask, open_source

    text = Path(file).read_text(encoding="utf-8") if file else query
    with open_source(store, endpoint, seconds=time_limit) as source:
        answer = ask(source, text=text, name=name, values=_pairs(values, "--set"), format=format_)
    if format_ == "table" and answer.format == "json":
        from kg.table import to_table

        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        _print(to_table(answer, base=source.base, width=width).rstrip("\n"))
    else:
        click.echo(answer.body, nl=False)


@main.command()
@_store
@click.option("--format", "format_", default="trig", show_default=True, help="turtle, trig, nquads, ntriples, …")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to stdout.")
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="Only this named graph; may be repeated.")
def export(store: str, format_: str, output: Path | None, graphs: Sequence[str]) -> None:
    """Write the graph, sorted, so that the same graph gives the same bytes."""
    from kg.graph.export import export as export_graph
    from kg.graph.store import Store

    with Store.open(store, read_only=True) as opened:
        written = export_graph(opened, format_, graphs=graphs)
    if output:
        output.write_bytes(written)
        click.echo(f"mavaze: {output} written", err=True)
    else:
        click.echo(written, nl=False)


@main.command()
@_store
@click.option("--owl", is_flag=True, help="Let a reasoner look for contradictions too (needs Java).")
def check(store: str, owl: bool) -> None:
    """Hold a store against the ontology's shapes: one line per violation, status 1 when there is one."""
    from kg.graph.store import Store
    from kg.graph.validation import validate

    with Store.open(store, read_only=True) as opened:
        dataset = opened.dataset()
        violations = [str(violation) for violation in validate(dataset)]
        if owl:
            from kg.graph.inference import find_inconsistencies

            violations += find_inconsistencies(dataset)
    for line in violations:
        _print(line)
    click.echo(f"mavaze: {len(violations) or 'no'} violation{'' if len(violations) == 1 else 's'}", err=True)
    if violations:
        raise click.exceptions.Exit(WANTING)


@main.command()
@click.argument("gold", metavar="GOLD")
@click.argument("predicted", metavar="[PREDICTED]", required=False)
@click.option("--min", "minima", multiple=True, metavar="FIGURE=F1", help="Fail (status 1) below this; repeatable.")
@click.option("--by", "groups", type=click.Choice(["outlet", "act"]), help="Figures of each outlet, or of each act.")
@click.option("--errors", is_flag=True, help="Group the mistakes by kind, with counts and examples.")
@click.option("--examples", type=click.IntRange(min=0), default=3, show_default=True, help="Examples of each kind.")
@click.option("--json", "is_json", is_flag=True, help="Print the figures, and every mistake, as JSON.")
@_min_confidence
@_jobs
def evaluate(
    gold: str,
    predicted: str | None,
    minima: Sequence[str],
    groups: str | None,
    errors: bool,
    examples: int,
    is_json: bool,
    min_confidence: float | None,
    jobs: int,
) -> None:
    """Measure extraction against annotated articles; without PREDICTED it extracts first.

    GOLD is JSON Lines, or a folder of such files. An article's outlet is its id before the first hyphen.
    """
    from kg.evaluation import report
    from kg.evaluation.gold import read_gold
    from kg.evaluation.score import FIGURES, outlet_of, score, score_acts, score_by

    wanted = {name: _number(value, name) for name, value in _pairs(minima, "--min").items()}
    if unknown := sorted(wanted.keys() - FIGURES.keys()):
        raise click.UsageError(f"no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    annotated = read_gold(gold)
    found = read_gold(predicted) if predicted else _extract_again(annotated, min_confidence, jobs)
    figures = score(annotated, found)
    _print(report.to_json(figures) if is_json else report.to_text(figures))
    if groups == "outlet":
        by_outlet = score_by(annotated, found, outlet_of)
        _print(report.to_json_by_group(by_outlet) if is_json else report.to_columns(by_outlet))
    elif groups == "act":
        by_act = score_acts(annotated, found)
        _print(report.to_json(by_act) if is_json else report.to_text(by_act))
    if errors:
        from kg.evaluation.errors import explain

        mistakes = explain(annotated, found)
        _print(report.to_json_lines(mistakes) if is_json else report.to_groups(mistakes, examples))
    short = [f"{name} {figures[name].f1:.4f} < {least:g}" for name, least in wanted.items() if figures[name].f1 < least]
    if short:
        click.echo(f"mavaze: below what was asked: {', '.join(short)}", err=True)
        raise click.exceptions.Exit(WANTING)


def _extract_again(annotated: "Sequence[Extraction]", min_confidence: float | None, jobs: int) -> "list[Extraction]":
    """Extract from annotated articles anew; one that cannot be extracted counts as empty."""
    from kg.attempts import attempt_all, built_in

    found, set_aside = [], SetAside()
    for article, outcome in attempt_all((e.article for e in annotated), built_in(min_confidence), jobs):
        if isinstance(outcome, str):
            set_aside(InputError(outcome, where=article.id))
        else:
            found.append(outcome)
    return found


def _open_engine(url: str | None, model: str | None, min_confidence: float | None) -> "ServerEngine | None":
    if url is None:
        if model is not None:
            raise click.UsageError("--model names a model of a server: give --engine URL too")
        return None
    if min_confidence is not None:
        raise click.UsageError("--min-confidence is for the built-in extractor: how sure a model is, is not known")
    from kg.extract.engines import TIMEOUT, ServerEngine, find_model

    key = os.environ.get("MAVAZE_ENGINE_KEY") or None
    return ServerEngine(url, model or find_model(url, timeout=TIMEOUT, key=key), key=key)


def _report(server: "ServerEngine | None") -> None:
    if server is not None and server.report is not None:
        click.echo(f"mavaze: {server.report}", err=True)


def _show_progress(report: object) -> None:
    click.echo(f"\r{report}", nl=False, err=True)


def _print(text: str) -> None:
    """Write a line of data, as UTF-8 whatever the locale."""
    click.echo(text.encode("utf-8"))


def _pairs(options: Sequence[str], option: str) -> dict[str, str]:
    pairs = {}
    for given in options:
        name, sign, value = given.partition("=")
        if not (name and sign and value):
            raise click.UsageError(f"{option} takes NAME=VALUE, not {given!r}")
        pairs[name.lstrip("?$")] = value
    return pairs


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise click.UsageError(f"--min {name} takes a number, not {text!r}") from error
