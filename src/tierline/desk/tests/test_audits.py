"""``clocks audit`` finds every fault that is planted, names it, and finds none where all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import Place, make_place, make_provider
from tierline.desk import services
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.queries import audits
from tierline.desk.tests.builders import after, do, fresh, make_resolved, make_ticket
from tierline.plumbing import tenancy, timers
from tierline.plumbing.models import Timer

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("audited"), "audited", staff=("l1", "l2"))


def sweep_at(clock: Clock, minutes: float) -> None:
    while timers.sweep(clock.set(after(minutes))):
        pass


def faults(place: Place, minutes: float) -> set[tuple[str, str]]:
    with tenancy.reading(place.system):
        found, _ = audits.clock_faults(place.system, at=after(minutes))
    return {(fault.what, fault.clock) for fault in found}


def tell(place: Place, ticket: Ticket, type_: str, at: datetime, **payload: object) -> None:
    """An event that no service wrote."""
    with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
        last = TicketEvent.objects.filter(ticket_id=ticket.id).order_by("-seq")[0]
        last.pk, last.seq, last.type, last.payload, last.occurred_at = None, last.seq + 1, type_, dict(payload), at
        last.recorded_at = max(last.recorded_at, at)
        last.save(force_insert=True)


def change(place: Place, ticket: Ticket, **columns: object) -> None:
    with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
        Ticket.objects.filter(id=ticket.id).update(**columns)


def timer_of(ticket: Ticket, key: str) -> Timer:
    return Timer.objects.get(subject_id=ticket.id, key=key)


def test_a_day_in_the_life_of_tickets_has_no_fault(place: Place, clock: Clock) -> None:
    l1 = place.people["l1"]
    quiet = make_ticket(place)
    graded = do(
        services.prioritise_tickets, l1, make_ticket(place), 1, impact="extensive", urgency="critical", reason="first"
    )
    do(services.claim_tickets, l1, graded, 2)
    waits = do(services.claim_tickets, l1, make_ticket(place), 1)
    clock.set(after(3))
    do(services.wait_tickets, l1, waits, 3, on="date", reason="约定", until=after(700))
    for minutes in (3, 10, 16, 17, 31, 62, 75, 500, 699, 701, 1440, 5000):
        sweep_at(clock, minutes)
        assert faults(place, minutes) == set(), minutes
    assert fresh(place.system, quiet).is_open


def test_a_resolved_ticket_has_no_fault(place: Place, clock: Clock) -> None:
    clock.set(after(60))
    make_resolved(place, minutes=60)
    for minutes in (60, 600, 5000):
        sweep_at(clock, minutes)
        assert faults(place, minutes) == set(), minutes


Plant = Callable[[Place, Ticket], object]
PLANTED: list[tuple[str, Plant, tuple[str, str]]] = [
    ("a timer that is gone", lambda p, t: timer_of(t, "restore//1").delete(), ("no_timer", "restore//1")),
    ("a timer that wakes too late",
     lambda p, t: Timer.objects.filter(subject_id=t.id, key="restore//1").update(due_at=after(9999)),
     ("wrong_timer", "restore//1")),
    ("a timer that wakes too early",
     lambda p, t: Timer.objects.filter(subject_id=t.id, key="restore//1").update(due_at=after(50)),
     ("wrong_timer", "restore//1")),
    ("a timer that nothing needs",
     lambda p, t: Timer.objects.create(provider_id=p.provider_id, enterprise_id=p.enterprise_id, kind="ticket.clock",
                                       subject_id=t.id, key="rca//1", due_at=after(900)),
     ("surplus_timer", "rca//1")),
    ("a timer that should have fired",
     lambda p, t: Timer.objects.filter(subject_id=t.id, key="restore//1").update(due_at=after(39)),
     ("overdue_timer", "restore//1")),
    ("the ticket's return that nobody will wake up for",
     lambda p, t: Timer.objects.filter(subject_id=t.id, kind="ticket.return").delete(),
     ("no_timer", "ticket.return")),
    ("a breach on the record twice",
     lambda p, t: tell(p, t, "clock_breached", after(30), kind="first_response", cycle=1),
     ("doubled", "first_response//1/breach")),
    ("a breach before its time", lambda p, t: tell(p, t, "clock_breached", after(40), kind="restore", cycle=1),
     ("unfounded", "restore//1/breach")),
    ("a breach of a clock that there is not",
     lambda p, t: tell(p, t, "clock_breached", after(40), kind="l3_start", party="L3", cycle=1),
     ("unfounded", "l3_start/L3/1/breach")),
    ("a warning before its time",
     lambda p, t: tell(p, t, "clock_warned", after(40), kind="resolve", cycle=1, step="warn"),
     ("unfounded", "resolve//1/warn")),
    ("a row that shows another due time", lambda p, t: change(p, t, next_due_at=after(7777)),
     ("stale_column", "next_due_at")),
    ("a row that shows none", lambda p, t: change(p, t, next_due_at=None), ("stale_column", "next_due_at")),
    ("a row that sorts elsewhere", lambda p, t: change(p, t, order_at=after(7777)), ("stale_column", "order_at")),
]  # fmt: skip


@pytest.mark.parametrize(("plant", "found"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_a_planted_fault_is_found(place: Place, clock: Clock, plant: Plant, found: tuple[str, str]) -> None:
    ticket = do(services.claim_tickets, place.people["l1"], make_ticket(place), 1)
    sweep_at(clock, 40)
    assert faults(place, 40) == set()
    plant(place, ticket)
    assert found in faults(place, 40)


def test_a_breach_that_nobody_recorded_is_found(place: Place, clock: Clock) -> None:
    ticket = make_ticket(place)
    Timer.objects.filter(subject_id=ticket.id).delete()
    clock.set(after(31))
    assert ("unrecorded", "first_response//1/breach") in faults(place, 31)


def test_what_is_about_to_fire_is_no_fault(place: Place, clock: Clock) -> None:
    make_ticket(place)
    sweep_at(clock, 29)
    clock.set(after(30))
    assert faults(place, 30 + 4 / 60) == set()
    assert {what for what, _ in faults(place, 30 + 6 / 60)} == {"unrecorded", "overdue_timer"}
