"""What an operator asks: whether the server is well, and its figures for Prometheus."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from kg.graph.limits import ENDS
from server.site import Site


class SiteCollector(Collector):
    """Reads a site's figures when they are asked for.

    Args:
        site: Whose.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this moment."""
        state, cache = self._site.pool.state(), self._site.cache
        ends = CounterMetricFamily("mavaze_queries", "Queries that have ended, by how they did.", labels=["end"])
        for name in ENDS:
            ends.add_metric([name], state.ends.get(name, 0))
        yield ends
        for name, value, what in (
            ("worker_kills", state.kills, "Workers that were ended with their query."),
            ("worker_starts", state.starts, "Workers that were started."),
            ("cache_hits", cache.hits, "Answers that were given again."),
            ("cache_misses", cache.misses, "Answers that had to be made."),
        ):
            yield CounterMetricFamily(f"mavaze_{name}", what, value=value)
        for name, value, what in (
            ("queries_running", state.running, "Queries that have a worker."),
            ("queries_waiting", state.waiting, "Queries that wait for a worker."),
            ("workers", state.processes, "Worker processes."),
            ("cache_bytes", cache.size, "Bytes of answers that are kept."),
        ):
            yield GaugeMetricFamily(f"mavaze_{name}", what, value=value)
        buckets, total = state.seconds
        yield HistogramMetricFamily(
            "mavaze_query_seconds",
            "How long queries ran.",
            buckets=[(name, float(count)) for name, count in buckets],
            sum_value=total,
        )


def operations_blueprint(site: Site) -> Blueprint:
    """Return the addresses for the operator."""
    blueprint = Blueprint("operations", __name__)
    registry = CollectorRegistry()
    registry.register(SiteCollector(site))

    @blueprint.route("/health")
    def health() -> Response:
        return Response(json.dumps({"status": "ok"}) + "\n", content_type="application/json")

    @blueprint.route("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint
