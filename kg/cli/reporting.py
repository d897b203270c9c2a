"""What a command prints: data on stdout, words on stderr."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.group import FAILED
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine


class SetAside:
    """Say on stderr what could not be read, and count it.

    Args:
        is_strict: Whether to stop at the first one instead.
        report: A file that gets a JSON object for each of them, on a line of its own.
    """

    def __init__(self, *, is_strict: bool = False, report: Path | None = None) -> None:
        self.count = 0
        self._is_strict = is_strict
        self._report = report
        if report is not None:
            report.write_text("", encoding="utf-8")

    def __call__(self, error: InputError) -> None:
        """Report one input.

        Raises:
            InputError: When nothing may be set aside.
        """
        self.count += 1
        if self._report is not None:
            told = {"error": error.what, "where": error.where, "remedy": error.remedy}
            with self._report.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
        if self._is_strict:
            raise error
        click.echo(f"mavaze: set aside: {' '.join(str(error).split())}", err=True)

    def finish(self, done: int) -> None:
        """End with a failure when nothing was done and something was set aside."""
        if self.count and not done:
            raise click.exceptions.Exit(FAILED)


def report_engine(server: "ServerEngine | None") -> None:
    """Say how much of what a model server answered stood in the texts."""
    if server is not None and server.report is not None:
        click.echo(f"mavaze: {server.report}", err=True)


def say(words: str) -> None:
    """Write a line of words."""
    click.echo(f"mavaze: {words}", err=True)


def print_data(text: str) -> None:
    """Write a line of data, as UTF-8 whatever the locale."""
    click.echo(text.encode("utf-8"))
