"""What ``mavaze follow`` does, as figures that Prometheus collects."""

from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from kg.follow import Poll


class FollowMetrics:
    """The figures of one process.

    Args:
        feeds: Addresses of the feeds, so that each has its figures from the start.
    """

    def __init__(self, feeds: list[str]) -> None:
        self.registry = CollectorRegistry()
        self._polls = Counter(
            "mavaze_follow_polls", "Times that a feed was asked.", ["feed", "outcome"], registry=self.registry
        )
        self._articles = Counter(
            "mavaze_follow_articles", "Articles, by what became of them.", ["feed", "outcome"], registry=self.registry
        )
        self._statements = Counter(
            "mavaze_follow_statements", "Statements that were stored.", ["feed"], registry=self.registry
        )
        self._latest = Gauge(
            "mavaze_follow_last_success_timestamp_seconds",
            "When a feed was last read.",
            ["feed"],
            registry=self.registry,
        )
        for feed in feeds:
            for outcome in ("changed", "unchanged", "failed"):
                self._polls.labels(feed, outcome)

    def count(self, poll: Poll) -> None:
        """Count what asking a feed gave."""
        outcome = "failed" if poll.failure else "changed" if poll.is_changed else "unchanged"
        self._polls.labels(poll.feed, outcome).inc()
        for name in ("added", "replaced", "unchanged", "set_aside"):
            self._articles.labels(poll.feed, name).inc(getattr(poll.build, name))
        self._statements.labels(poll.feed).inc(poll.build.statements)
        if not poll.failure:
            self._latest.labels(poll.feed).set_to_current_time()

    def serve(self, port: int) -> WSGIServer:
        """Answer Prometheus at this port of this machine, from a thread of its own; 0 picks a free one."""
        server, _ = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        return server
