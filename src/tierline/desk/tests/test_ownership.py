"""Pages and returns through the sweep: what is recorded, when, once, and who keeps the ticket."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import Place, make_place, make_provider
from tierline.desk import queries, services
from tierline.desk.models import Ticket
from tierline.desk.tests.builders import after, clocks, do, fresh, make_ticket
from tierline.domain.events import Event
from tierline.plumbing import tenancy, timers

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("owned"), "owned", staff=("l1", "l2", "manager"))


def sweep_at(clock: Clock, minutes: float) -> None:
    while timers.sweep(clock.set(after(minutes))):
        pass


def events(place: Place, ticket: Ticket, type_: str) -> list[Event]:
    with tenancy.reading(place.system):
        row = queries.ticket(place.system, ticket.id)
        return [e for e in queries.events(place.system, row) if e.type == type_]


def grade(place: Place, ticket: Ticket, clock: Clock, minutes: float, impact: str, reason: str = "first") -> Ticket:
    clock.set(after(minutes))
    urgency = "critical" if impact == "extensive" else "high"
    who = place.people["l1"]
    return do(services.prioritise_tickets, who, ticket, minutes, impact=impact, urgency=urgency, reason=reason)


def claimed(place: Place, clock: Clock, minutes: float = 1) -> Ticket:
    clock.set(after(minutes))
    return do(services.claim_tickets, place.people["l1"], make_ticket(place), minutes)


def pages(place: Place, ticket: Ticket) -> list[tuple[int, float]]:
    """(tier, minutes after opening)."""
    found = events(place, ticket, "paged")
    return [(e.payload["tier"], (e.occurred_at - after(0)).total_seconds() / 60) for e in found]


def test_a_silent_owner_loses_the_ticket_when_it_was_due_however_late_the_worker(place: Place, clock: Clock) -> None:
    ticket = claimed(place, clock)
    sweep_at(clock, 60.9)
    assert fresh(place.system, ticket).assignee_id == place.people["l1"].person_id
    sweep_at(clock, 200)
    now = fresh(place.system, ticket)
    assert (now.assignee_id, now.state) == (None, "open")
    told = events(place, ticket, "assigned")[-1]
    assert told.occurred_at == after(61)
    assert told.recorded_at == after(200)
    assert dict(told.payload) == {"was": place.people["l1"].person_id, "reason": "nothing_said"}


def test_returned_it_is_returned_once(place: Place, clock: Clock) -> None:
    ticket = claimed(place, clock)
    for minutes in (61, 61, 600):
        sweep_at(clock, minutes)
    assert len(events(place, ticket, "assigned")) == 2


def test_whoever_looked_at_the_ticket_before_it_was_returned_is_told_that_it_changed(
    place: Place, clock: Clock
) -> None:
    ticket = claimed(place, clock)
    sweep_at(clock, 61)
    assert fresh(place.system, ticket).version == ticket.version + 1


def test_a_word_in_time_keeps_it(place: Place, clock: Clock) -> None:
    ticket = claimed(place, clock)
    clock.set(after(30))
    do(services.reply_to_tickets, place.people["l1"], ticket, 30, text="您好，正在处理。")
    sweep_at(clock, 600)
    assert fresh(place.system, ticket).assignee_id == place.people["l1"].person_id


def test_a_word_before_the_late_worker_came_keeps_it_too(place: Place, clock: Clock) -> None:
    ticket = claimed(place, clock)
    clock.set(after(70))
    do(services.reply_to_tickets, place.people["l1"], ticket, 70, text="您好，正在处理。")
    sweep_at(clock, 71)
    assert fresh(place.system, ticket).assignee_id == place.people["l1"].person_id


def test_a_ticket_that_waits_is_not_returned(place: Place, clock: Clock) -> None:
    ticket = claimed(place, clock)
    clock.set(after(5))
    wait = {"on": "date", "reason": "客户约定", "until": after(300)}
    do(services.wait_tickets, place.people["manager"], ticket, 5, **wait)
    sweep_at(clock, 299)
    assert fresh(place.system, ticket).assignee_id is not None
    sweep_at(clock, 356)  # 56 of its 60 minutes are left at the end of the wait
    assert events(place, ticket, "assigned")[-1].occurred_at == after(356)


def test_a_p1_pages_l2_when_it_is_graded_and_l3_a_quarter_of_an_hour_later(place: Place, clock: Clock) -> None:
    ticket = grade(place, make_ticket(place), clock, 5, "extensive")
    sweep_at(clock, 5)
    assert pages(place, ticket) == [(2, 5)]
    assert clocks(place, ticket, 6)["l2_plan"].started_at == after(5)
    sweep_at(clock, 19.9)
    assert pages(place, ticket) == [(2, 5)]
    sweep_at(clock, 500)
    assert pages(place, ticket) == [(2, 5), (3, 20)]
    assert clocks(place, ticket, 500)["l3_start"].started_at == after(20)


def test_restored_in_time_l3_sleeps_on(place: Place, clock: Clock) -> None:
    ticket = grade(place, make_ticket(place), clock, 5, "extensive")
    ticket = do(services.claim_tickets, place.people["l1"], ticket, 5)
    clock.set(after(15))
    do(services.restore_tickets, place.people["l1"], ticket, 15, evidence=["付款恢复"])
    sweep_at(clock, 60)
    assert pages(place, ticket) == [(2, 5)]


def test_raised_to_p1_later_it_pages_from_then(place: Place, clock: Clock) -> None:
    ticket = grade(place, make_ticket(place), clock, 5, "moderate")
    sweep_at(clock, 40)
    assert pages(place, ticket) == []
    ticket = grade(place, fresh(place.system, ticket), clock, 50, "extensive", reason="worsened")
    sweep_at(clock, 70)
    assert pages(place, ticket) == [(2, 50), (3, 65)]


def test_eased_before_its_quarter_of_an_hour_l3_is_not_called(place: Place, clock: Clock) -> None:
    ticket = grade(place, make_ticket(place), clock, 5, "extensive")
    sweep_at(clock, 6)
    grade(place, fresh(place.system, ticket), clock, 10, "moderate", reason="misread")
    sweep_at(clock, 60)
    assert pages(place, ticket) == [(2, 5)]
