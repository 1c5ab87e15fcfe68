"""A warning is put away when its clock is met or stopped, and what else was told stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.world import Place
from tierline.desk import services as desk
from tierline.desk.events import ClockWarned, EventsRecorded, TicketAssigned
from tierline.desk.tests.builders import after, do, fresh, make_ticket
from tierline.domain.notices import Kind
from tierline.notices import handlers, queries
from tierline.notices.tests.builders import forget_jobs, notices, run_jobs, steps, waiting_jobs
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def outbox_only(outbox: Path) -> None:
    """Nothing of these tests leaves the folder."""


@pytest.fixture
def place(home: Place) -> Place:
    return home


def owned(place: Place) -> Any:
    ticket = do(desk.claim_tickets, place.people["l1"], make_ticket(place), 1)
    forget_jobs()
    return ticket


def warn(place: Place, ticket: Any, kind: str) -> None:
    clock = {"clock_kind": kind, "party": "", "cycle": 1, "step": "warn", "due_at": after(20), "tell": "assignee"}
    ids = {"provider_id": place.provider_id, "enterprise_id": place.enterprise_id, "ticket_id": ticket.id}
    handlers.tell_warned(ClockWarned(**ids, **clock, at=after(20)))


def unread(actor: Actor) -> int:
    with tenancy.reading(actor):
        return queries.unread(actor)


def test_an_answer_puts_the_warning_of_the_first_response_away(place: Place, clock: Clock) -> None:
    clock.set(after(20))
    l1, ticket = place.people["l1"], owned(place)
    warn(place, ticket, "first_response")
    assert unread(l1) == 1
    do(desk.note_on_tickets, l1, ticket, 21, text="看过了")
    run_jobs()
    assert unread(l1) == 1
    do(desk.reply_to_tickets, l1, fresh(l1, ticket), 22, text="您好，正在处理。")
    run_jobs()
    assert unread(l1) == 0
    (notice,) = notices(place, l1)
    assert notice.read_at is not None
    assert [step.retired_at is not None for step in steps(place, l1)] == [True]


def test_a_handler_run_twice_retires_once(place: Place, clock: Clock) -> None:
    clock.set(after(20))
    l1, ticket = place.people["l1"], owned(place)
    warn(place, ticket, "first_response")
    do(desk.reply_to_tickets, l1, ticket, 22, text="您好，正在处理。")
    ids = {"provider_id": place.provider_id, "enterprise_id": place.enterprise_id, "ticket_id": ticket.id}
    for _ in range(2):
        handlers.retire_warnings(EventsRecorded(**ids, from_seq=1, at=after(22)))
    assert unread(l1) == 0
    assert [step.retired_at is not None for step in steps(place, l1)] == [True]


def test_a_warning_of_another_clock_stays(place: Place, clock: Clock) -> None:
    clock.set(after(20))
    l1, ticket = place.people["l1"], owned(place)
    warn(place, ticket, "resolve")
    do(desk.reply_to_tickets, l1, ticket, 22, text="您好，正在处理。")
    run_jobs()
    assert unread(l1) == 1


def test_what_else_the_notice_says_stays_to_be_read(place: Place, clock: Clock) -> None:
    clock.set(after(20))
    l1, ticket = place.people["l1"], owned(place)
    ids = {"provider_id": place.provider_id, "enterprise_id": place.enterprise_id, "ticket_id": ticket.id}
    warn(place, ticket, "first_response")
    handlers.tell_assigned(TicketAssigned(**ids, assignee_id=l1.person_id, by_id=None, at=after(20)))
    assert [n.kind for n in notices(place, l1)] == [Kind.WARNING]
    do(desk.reply_to_tickets, l1, ticket, 22, text="您好，正在处理。")
    run_jobs()
    assert unread(l1) == 1
    assert [n.kind for n in notices(place, l1)] == [Kind.ASSIGNED]


def test_nothing_is_deferred_for_a_ticket_that_nobody_was_warned_of(place: Place) -> None:
    ticket = owned(place)
    do(desk.note_on_tickets, place.people["l1"], ticket, 5, text="看过了")
    with tenancy.reading(place.system):
        assert not queries.warnings([ticket.id]).exists()
    assert waiting_jobs("retire_warnings") == []
