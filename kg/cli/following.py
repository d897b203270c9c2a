"""The command that stays: ``follow``."""

from collections.abc import Sequence

import click

from kg.cli.group import FAILED
from kg.cli.options import store_or_server_option
from kg.cli.reporting import SetAside


@click.command()
@click.argument("feeds", metavar="FEED…", nargs=-1, required=True)
@store_or_server_option
@click.option("--once", is_flag=True, help="Ask each feed once, and end.")
@click.option("--every", type=click.FloatRange(min=1), default=15, show_default=True, help="Minutes between two times.")
@click.option("--pause", type=click.FloatRange(min=0), default=1, show_default=True, help="Seconds between requests.")
@click.option("--no-pages", is_flag=True, help="Take the feed's own words only; fetch no page.")
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Answer Prometheus here; 0 picks a free one.")
def follow(
    feeds: Sequence[str],
    store: str,
    once: bool,
    every: float,
    pause: float,
    no_pages: bool,
    metrics_port: int | None,
) -> None:
    """Ask RSS or Atom feeds for what is new, and store it; Ctrl-C or SIGTERM ends it.

    What was seen is remembered in the store: another start goes on where this one ended.
    """
    from kg.follow import Poll
    from kg.follow import follow as follow_feeds

    metrics = None
    if metrics_port is not None:
        from kg.follow_metrics import FollowMetrics

        metrics = FollowMetrics(list(feeds))
        server = metrics.serve(metrics_port)
        click.echo(f"mavaze: figures at http://127.0.0.1:{server.server_port}/metrics", err=True)
    failed = 0

    def tell(poll: Poll) -> None:
        nonlocal failed
        failed += poll.failure is not None
        click.echo(f"mavaze: {poll}", err=True)
        if metrics is not None:
            metrics.count(poll)

    follow_feeds(
        feeds, store, every=every * 60, pause=pause, pages=not no_pages, once=once, set_aside=SetAside(), tell=tell
    )
    if once and failed == len(feeds):
        raise click.exceptions.Exit(FAILED)
