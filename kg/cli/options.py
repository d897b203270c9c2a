"""Options that several commands share, and how their values are read."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine
    from kg.model import DateSpan


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


sources_argument = click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
store_option = click.option("--store", metavar="DIR", required=True, help="The folder of the store.")
store_or_server_option = click.option(
    "--store", metavar="DIR", required=True, help="The folder of the store, or the address of a SPARQL 1.1 server."
)
date_option = click.option("--date", type=Date(), metavar="DATE", help="The date of articles that have none.")
publisher_option = click.option("--publisher", metavar="NAME", help="The outlet of articles that name none.")
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to read with."
)
min_confidence_option = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Leave out statements that are less probable: more gives fewer and surer ones.",
)
engine_option = click.option(
    "--engine", metavar="URL", help="Let a model on this server read; the texts are sent there."
)
model_option = click.option("--model", metavar="NAME", help="The server's model, where it has several.")
strict_option = click.option("--strict", is_flag=True, help="Stop (status 2) at the first input that is set aside.")
report_option = click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is set aside here too, a JSON object a line.",
)


def open_engine(url: str | None, model: str | None, min_confidence: float | None) -> "ServerEngine | None":
    """Return the model server that --engine names; None for the built-in extractor."""
    if url is None:
        if model is not None:
            raise click.UsageError("--model names a model of a server: give --engine URL too")
        return None
    if min_confidence is not None:
        raise click.UsageError("--min-confidence is for the built-in extractor: how sure a model is, is not known")
    from kg.extract.engines import TIMEOUT, ServerEngine, find_model

    key = os.environ.get("MAVAZE_ENGINE_KEY") or None
    return ServerEngine(url, model or find_model(url, timeout=TIMEOUT, key=key), key=key)


def read_pairs(options: Sequence[str], option: str) -> dict[str, str]:
    """Return the values of a repeated NAME=VALUE option by name."""
    pairs = {}
    for given in options:
        name, sign, value = given.partition("=")
        if not (name and sign and value):
            raise click.UsageError(f"{option} takes NAME=VALUE, not {given!r}")
        pairs[name.lstrip("?$")] = value
    return pairs


def read_number(text: str, name: str) -> float:
    """Return the number of a --min option."""
    try:
        return float(text)
    except ValueError as error:
        raise click.UsageError(f"--min {name} takes a number, not {text!r}") from error
