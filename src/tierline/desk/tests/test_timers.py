"""What happens by itself when time passes, and what a late worker writes down."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.apps import apps
from django.db import connection

from tests.support.clock import Clock, clock
from tests.support.world import Place, make_place, make_provider
from tierline.desk import handlers, operations, queries, services
from tierline.desk.tests.builders import after, clocks, do, fresh, make_resolved, make_ticket, types
from tierline.plumbing import tenancy, timers
from tierline.plumbing.models import Timer
from tierline.plumbing.timers import Due, Fires

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("timers"), "timers", staff=("l1",))


def sweep_at(clock: Clock, minutes: float) -> None:
    while timers.sweep(clock.set(after(minutes))):
        pass


def recorded(place: Place, ticket: object, kind: str) -> list[tuple[str, float]]:
    """(clock, minutes after opening) of the recorded events of one type."""
    with tenancy.reading(place.system):
        row = queries.ticket(place.system, ticket.id)  # type: ignore[attr-defined]
        events = queries.events(place.system, row)
    return [(e.payload["kind"], (e.occurred_at - after(0)).total_seconds() / 60) for e in events if e.type == kind]


def test_a_breach_is_recorded_at_the_instant_it_was_due_however_late_the_worker(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    sweep_at(clock, 29)
    assert ("first_response", 30) not in recorded(place, ticket, "clock_breached")
    sweep_at(clock, 47)
    assert ("first_response", 30) in recorded(place, ticket, "clock_breached")
    assert clocks(place, ticket, 47)["first_response"].state == "breached"


def test_sweeping_again_records_nothing_twice(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    sweep_at(clock, 60)
    once = types(place, ticket)
    sweep_at(clock, 60)
    assert types(place, ticket) == once


def test_an_answer_in_time_leaves_no_breach(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    clock.set(after(10))
    do(services.reply_to_tickets, place.people["l1"], ticket, 10, text="您好")
    sweep_at(clock, 40)
    assert not [kind for kind, _ in recorded(place, ticket, "clock_breached") if kind == "first_response"]


def test_an_answer_too_late_still_leaves_the_breach_nobody_had_seen(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    clock.set(after(31))
    do(services.reply_to_tickets, place.people["l1"], ticket, 31, text="您好")
    sweep_at(clock, 31)
    assert ("first_response", 30) in recorded(place, ticket, "clock_breached")


def test_a_clock_that_speaks_makes_nobodys_version_stale(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    sweep_at(clock, 60)
    assert fresh(place.system, ticket).version == ticket.version


def test_silence_for_the_agreed_time_verifies(place: Place, clock: Clock) -> None:
    ticket = make_resolved(place, minutes=60)
    sweep_at(clock, 60 + 72 * 60 - 1)
    assert fresh(place.system, ticket).state == "resolved"
    sweep_at(clock, 60 + 72 * 60 + 30)
    ticket = fresh(place.system, ticket)
    assert (ticket.state, ticket.verified_at) == ("verified", after(60 + 72 * 60))


def test_a_wait_with_an_end_ends_there(place: Place, clock: Clock) -> None:
    ticket = do(services.claim_tickets, place.people["l1"], make_ticket(place), 1)
    clock.set(after(2))
    ticket = do(services.wait_tickets, place.people["l1"], ticket, 2, on="date", reason="客户约定", until=after(100))
    sweep_at(clock, 99)
    assert fresh(place.system, ticket).state == "waiting"
    sweep_at(clock, 130)
    assert fresh(place.system, ticket).state == "open"
    assert clocks(place, ticket, 130)["restore"].consumed == (2 + 30) * 60_000_000


def test_a_handler_that_fails_keeps_its_timer_and_stops_no_other(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    Timer.objects.create(
        provider_id=place.provider_id,
        enterprise_id=place.enterprise_id,
        kind="no.such.kind",
        subject_id=ticket.id,
        key="x",
        due_at=after(1),
    )
    sweep_at(clock, 31)
    assert Timer.objects.get(kind="no.such.kind").due_at == after(31.5)
    assert ("first_response", 30) in recorded(place, ticket, "clock_breached")


def test_a_ticket_somebody_works_on_is_left_for_the_next_look_and_nobody_waits(place: Place, clock: Clock) -> None:
    """A verb locks the ticket and then sets its timers; a sweep that took them the other way round would deadlock."""
    ticket = make_ticket(place)
    now = clock.set(after(31))

    def sweep() -> int:
        try:
            return timers.sweep(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
            [row] = operations.locked(place.system, [ticket.id])
            assert elsewhere.submit(sweep).result(timeout=20) == 0
            command = operations.Command(row, "note", [operations.Draft("note", {"kind": "note"}, {"text": "x"})])
            operations.record_commands(place.system, [command], at=now)
        while elsewhere.submit(sweep).result(timeout=20):
            pass
    assert ("first_response", 30) in recorded(place, ticket, "clock_breached")


def test_one_faulty_ticket_stops_no_other_of_its_enterprise(place: Place, clock: Clock) -> None:
    good = make_ticket(place)
    for subject in (1, 2, 3):
        Timer.objects.create(
            provider_id=place.provider_id,
            enterprise_id=place.enterprise_id,
            kind="test.fragile",
            subject_id=subject,
            key="x",
            due_at=after(1),
        )
    fired: list[int] = []

    def fragile(due: Sequence[Due], now: datetime) -> None:
        if any(d.subject_id == 2 for d in due):
            raise ValueError("a subject that cannot be read")
        fired.extend(d.subject_id for d in due)

    timers.use({**handlers.TIMERS, "test.fragile": Fires(fragile)})
    try:
        sweep_at(clock, 31)
    finally:
        wiring_back()
    assert fired == [1, 3]
    assert list(Timer.objects.filter(kind="test.fragile").values_list("subject_id", "due_at")) == [(2, after(31.5))]
    assert ("first_response", 30) in recorded(place, good, "clock_breached")


def wiring_back() -> None:
    apps.get_app_config("config").ready()
