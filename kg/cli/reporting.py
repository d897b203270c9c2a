"""What a command prints: data on stdout, words on stderr."""

from typing import TYPE_CHECKING

import click

from kg.cli.group import FAILED
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine


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


def report_engine(server: "ServerEngine | None") -> None:
    """Say how much of what a model server answered stood in the texts."""
    if server is not None and server.report is not None:
        click.echo(f"mavaze: {server.report}", err=True)


def show_progress(report: object) -> None:
    """Write the counts so far over the last ones."""
    click.echo(f"\r{report}", nl=False, err=True)


def print_data(text: str) -> None:
    """Write a line of data, as UTF-8 whatever the locale."""
    click.echo(text.encode("utf-8"))
