"""Figures for Prometheus: what this machine's web processes served, and how late the workers are."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tierline.notices import queries as notices
from tierline.plumbing import clock
from tierline.plumbing.home import home, run
from tierline.plumbing.models import Heartbeat

# Read by prometheus_client when it is first imported: every process adds to files here, a scrape sums them.
FOLDER = run(home()) / "metrics"
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(FOLDER))
FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.exposition import CONTENT_TYPE_LATEST  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

REQUESTS = Counter("tierline_http_requests_total", "Requests answered", ["method", "route", "status"], registry=None)
SECONDS = Histogram(
    "tierline_http_request_seconds",
    "Time to the answer",
    ["method", "route"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_NOTICES = {
    "queued": "Messages to people and web hooks on their way, at most 10,000 like the others",
    "sent": "Messages delivered in the last hour",
    "failed": "Messages of the last day that were given up",
    "held": "Deliveries held for quiet hours, budget, group or digest",
    "overdue": "Held deliveries more than 10 minutes past their time",
    "unreached": "Times of the last day that nobody could be found to tell",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Next = Callable[[HttpRequest], HttpResponseBase]


class Measured:
    """Middleware, outermost. The route is the pattern and never the path: no label names a tenant or a ticket."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "unmatched"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - began)
        return response


class Database(Collector):
    """Read at the scrape, so it is the same whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("tierline_database_up", "Whether the database answers")
        try:
            figures = list(_figures())
        except Error:
            figures = []
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
        yield up
        for name, text, value in figures:
            yield GaugeMetricFamily(name, text, value=value)


def _figures() -> Iterator[tuple[str, str, float]]:
    now = clock.now()
    newest = Heartbeat.objects.filter(name__startswith="worker:").order_by("-at").first()
    if newest is not None:
        yield "tierline_worker_heartbeat_age_seconds", "Since a worker last spoke", (now - newest.at).total_seconds()
        yield "tierline_timers_last_late_seconds", "How late the last sweep found work", newest.lateness_ms / 1000
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE due_at <= %s), coalesce(extract(epoch FROM %s - min(due_at)), 0)"
            " FROM (SELECT due_at FROM plumbing_timer ORDER BY due_at LIMIT 10000) soonest",
            [now, now],
        )
        due, late = cursor.fetchone() or (0, 0)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed')"
            " FROM procrastinate_jobs WHERE status IN ('todo', 'failed')"
        )
        waiting, failed = cursor.fetchone() or (0, 0)
    for name, value in notices.figures(at=now).items():
        yield f"tierline_notices_{name}", _NOTICES[name], float(value)
    yield "tierline_timers_due", "Timers that are due and not fired, at most 10,000", float(due)
    yield "tierline_timers_late_seconds", "Age of the oldest of them", max(0.0, float(late))
    yield "tierline_jobs_waiting", "Jobs to be done", float(waiting)
    yield "tierline_jobs_failed", "Jobs given up", float(failed)


def metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Database())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def forget_earlier_runs() -> None:
    """Before the first web process of a run starts: its counters begin at zero and dead processes' files go."""
    for left in FOLDER.glob("*.db"):
        left.unlink(missing_ok=True)
