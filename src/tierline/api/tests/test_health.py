"""Alive, ready, and measured."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from tierline.api.metrics import Measured
from tierline.plumbing import clock, tenancy
from tierline.plumbing.models import Heartbeat
from tierline.plumbing.timers import Wanted, set_timers

pytestmark = pytest.mark.django_db


def test_alive_asks_the_database_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/healthz", headers={"Host": "127.0.0.1"})
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_ready_without_a_worker_says_so() -> None:
    answer = Client().get("/readyz").json()
    assert answer == {"status": "ready", "database": True, "migrated": True, "worker": {"seen": False}}


def test_ready_tells_how_long_the_worker_is_silent() -> None:
    Heartbeat.objects.create(name="worker:a:1", at=clock.now() - timedelta(hours=1), lateness_ms=40)
    worker = Client().get("/readyz").json()["worker"]
    assert worker["seen"] and 3600 <= worker["seconds_ago"] < 3660
    assert worker["timers_late_ms"] == 40


def figures() -> dict[str, float]:
    text = Client().get("/metrics").content.decode()
    return {name: float(value) for name, value in re.findall(r"^(tierline_\w+(?:\{.*\})?) ([\d.e+-]+)$", text, re.M)}


def test_metrics_tell_of_late_timers_and_silent_workers(world) -> None:
    now = clock.now()
    Heartbeat.objects.create(name="worker:a:1", at=now - timedelta(minutes=1), lateness_ms=250)
    before = figures()
    with tenancy.reading(world.home.system):
        wanted = [Wanted(world.home.enterprise_id, 1, "x", now - timedelta(seconds=90))]
        set_timers([1], {"test": wanted})
    after = figures()
    assert after["tierline_timers_due"] == before["tierline_timers_due"] + 1
    assert after["tierline_timers_late_seconds"] >= 90
    assert after["tierline_timers_last_late_seconds"] == 0.25
    assert 60 <= after["tierline_worker_heartbeat_age_seconds"] < 120
    assert after["tierline_database_up"] == 1


def test_requests_are_counted_by_route_and_never_by_path(rf) -> None:
    def served(request):
        request.resolver_match = resolve("/api/v1/tickets/TK-77/claim")
        return HttpResponse(status=418)

    name = 'tierline_http_requests_total{method="POST",route="api/v1/tickets/<ticket>/claim",status="418"}'
    before = figures().get(name, 0.0)
    Measured(served)(rf.post("/api/v1/tickets/TK-77/claim"))
    found = figures()
    assert found[name] == before + 1
    assert not [label for label in found if "TK-77" in label]
