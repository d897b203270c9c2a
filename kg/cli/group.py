"""The group of all commands, and how one of them fails: one line on stderr and a status."""

import os
import sys
from typing import Any

import click

from kg.errors import MavazeError

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
