"""The commands: each is arguments, one call, print.

stdout carries data only; words go to stderr. Status: 0 done, 1 looked and found wanting, 2 bad
usage, bad input, or nothing could be done. Rooms are imported by the command that needs them.
"""

import sys

import click

from kg.cli import asking, following, keeping, linking, measuring, reading
from kg.cli.group import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="mavaze", message="%(prog)s %(version)s")
def main() -> None:
    """Read Persian diplomatic news; ask who said what about whom, with which stance."""
    import logging

    logging.basicConfig(stream=sys.stderr, format="mavaze: %(message)s", level=logging.WARNING, force=True)


for _command in (
    reading.extract,
    reading.build,
    following.follow,
    asking.serve,
    asking.query,
    keeping.export,
    keeping.check,
    keeping.remove,
    linking.link,
    linking.gazetteer,
    keeping.backup,
    keeping.optimize,
    measuring.evaluate,
):
    main.add_command(_command)
