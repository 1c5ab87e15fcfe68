"""Taking back: by the same person, within ten seconds, while nothing else is on the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import World, make_world
from tierline.agreements import queries as agreements
from tierline.desk import queries, services
from tierline.desk.models import Ticket
from tierline.desk.queries.replay import differences, tampered
from tierline.desk.tests.builders import after, clocks, do, fresh, make_ticket, types
from tierline.domain.errors import DomainError, StaleVersion
from tierline.plumbing import tenancy
from tierline.plumbing.models import Timer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def undo(actor: Any, ticket: Ticket, minutes: float, seconds: float = 8) -> Ticket:
    at = after(minutes) + timedelta(seconds=seconds)
    return services.undo_tickets(actor=actor, seen={ticket.id: ticket.version}, at=at)[0]


def row(world: World, ticket: Ticket) -> dict[str, Any]:
    """All that lists show and sort by, and the timers that are set."""
    actor = world.home.system
    with tenancy.reading(actor):
        found = queries.ticket(actor, ticket.id)
        columns = {f.attname: getattr(found, f.attname) for f in found._meta.local_fields}
    timers = sorted(Timer.objects.filter(subject_id=ticket.id).values_list("kind", "key", "due_at"))
    return {**columns, "version": 0, "last_seq": 0, "timers": timers}


Verb = Callable[..., list[Ticket]]
GRADE = {"impact": "significant", "urgency": "high", "reason": "worsened"}

# what it shows, what the ticket went through before, the act at minute 20
ACTS: list[tuple[str, str, Verb, dict[str, Any]]] = [
    ("a claim of a new ticket", "new", services.claim_tickets, {}),
    ("a first grading", "new", services.prioritise_tickets, {**GRADE, "reason": "first"}),
    ("a priority raised", "claimed", services.prioritise_tickets, GRADE),
    ("a priority lowered", "claimed", services.prioritise_tickets, {**GRADE, "impact": "minor", "urgency": "low"}),
    ("a release", "claimed", services.release_tickets, {}),
    ("a service named", "claimed", services.classify_tickets, {"service": "general", "fault_class": "other"}),
    ("a wait", "answered", services.wait_tickets, {"on": "customer", "reason": "等日志"}),
    ("a wait on a date", "answered", services.wait_tickets, {"on": "date", "reason": "明天", "until": after(2000)}),
    ("an end of a wait", "waiting", services.resume_tickets, {}),
]  # fmt: skip


def in_state(world: World, state: str) -> Ticket:
    l1 = world.home.people["l1"]
    ticket = make_ticket(world.home, impact="moderate", urgency="medium")
    if state == "new":
        return ticket
    ticket = do(services.claim_tickets, l1, ticket, 1)
    if state == "claimed":
        return ticket
    ticket = do(services.reply_to_tickets, l1, ticket, 2, text="请发一下日志")
    if state == "waiting":
        ticket = do(services.wait_tickets, l1, ticket, 3, on="customer", reason="等日志")
    return ticket


@pytest.mark.parametrize(("state", "verb", "told"), [a[1:] for a in ACTS], ids=[a[0] for a in ACTS])
def test_row_clocks_and_timers_are_as_if_it_had_never_been(
    world: World, state: str, verb: Verb, told: dict[str, Any]
) -> None:
    if verb is services.classify_tickets:
        told = {**told, "service": service_code(world)}
    l1 = world.home.people["l1"]
    ticket = in_state(world, state)
    if verb is services.prioritise_tickets and told["reason"] == "first" and ticket.graded:
        told = {**told, "reason": "misread"}
    before, read = row(world, ticket), clocks(world.home, ticket, 300)
    done = do(verb, l1, ticket, 20, **told)
    assert row(world, ticket) != before
    undone = undo(l1, done, 20)
    assert row(world, ticket) == before
    assert clocks(world.home, ticket, 300) == read
    assert undone.version == done.version + 1
    with tenancy.reading(world.home.system):
        assert not list(differences(world.home.system))
        assert not list(tampered())


def service_code(world: World) -> str:
    with tenancy.reading(world.home.system):
        return agreements.services(world.home.enterprise_id)[0].code


def test_both_stay_on_the_record(world: World) -> None:
    l1 = world.home.people["l1"]
    done = do(services.claim_tickets, l1, make_ticket(world.home), 1)
    undo(l1, done, 1)
    assert types(world.home, done) == ["opened", "assigned", "assigned"]
    with tenancy.reading(l1):
        last = queries.events(l1, queries.ticket(l1, done.id))[-1]
    assert last.payload == {"undoes": 2, "was": l1.person_id, "by_tier": 1}


def a_claim(world: World) -> Ticket:
    return do(services.claim_tickets, world.home.people["l1"], make_ticket(world.home), 20)


def a_note(world: World) -> Ticket:
    return do(services.note_on_tickets, world.home.people["l1"], make_ticket(world.home), 20, text="看过")


def an_undoing(world: World) -> Ticket:
    return undo(world.home.people["l1"], a_claim(world), 20, 1)


# what it shows, what happened last, who takes back, seconds later, code
REFUSED = [
    ("after ten seconds", a_claim, "l1", 10.001, "undo_too_late"),
    ("by a colleague", a_claim, "l2", 2, "not_undoable"),
    ("by the manager", a_claim, "manager", 2, "not_undoable"),
    ("by the requester", a_claim, "requester", 2, "not_allowed"),
    ("by the auditor", a_claim, "auditor", 2, "not_allowed"),
    ("a note", a_note, "l1", 2, "not_undoable"),
    ("an undoing", an_undoing, "l1", 2, "not_undoable"),
]


@pytest.mark.parametrize(("make", "who", "seconds", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(world: World, make: Callable[[World], Ticket], who: str, seconds: float, code: str) -> None:
    ticket = make(world)
    before = row(world, ticket)
    with pytest.raises(DomainError) as refused:
        undo(world.home.people[who], ticket, 20, seconds)
    assert refused.value.code == code
    assert row(world, ticket) == before


def test_at_exactly_ten_seconds_it_is_in_time(world: World) -> None:
    assert undo(world.home.people["l1"], a_claim(world), 20, 10).assignee_id is None


def test_not_once_a_colleague_has_done_something(world: World) -> None:
    ticket = a_claim(world)
    do(services.note_on_tickets, world.home.people["l2"], ticket, 20, text="我也看看")
    with pytest.raises(StaleVersion):
        undo(world.home.people["l1"], ticket, 20)


def test_not_once_the_requester_has_written(world: World) -> None:
    ticket = a_claim(world)
    do(services.reply_to_tickets, world.home.people["requester"], ticket, 20, text="补充一张截图")
    now = fresh(world.home.people["l1"], ticket)
    with pytest.raises(DomainError) as refused:
        undo(world.home.people["l1"], now, 20)
    assert refused.value.code == "not_undoable"


def test_several_at_once_or_none(world: World) -> None:
    l1 = world.home.people["l1"]
    one, two = make_ticket(world.home), make_ticket(world.home)
    seen = {t.id: t.version for t in (one, two)}
    done = services.claim_tickets(actor=l1, seen=seen, at=after(5))
    made = {t.id: t.version for t in done}
    do(services.note_on_tickets, world.home.people["l2"], done[1], 5, text="看过")
    with pytest.raises(StaleVersion):
        services.undo_tickets(actor=l1, seen=made, at=after(5))
    assert fresh(l1, one).assignee_id == l1.person_id


def test_grading_that_was_taken_back_asks_for_no_second_person(world: World) -> None:
    """Who graded last, for the second-person rule, is who graded it last and let it stand."""
    l1, l2 = world.home.people["l1"], world.home.people["l2"]
    ticket = make_ticket(world.home, impact="significant", urgency="high")
    ticket = do(services.prioritise_tickets, l2, ticket, 1, impact="significant", urgency="high", reason="misread")
    late = do(services.prioritise_tickets, l1, ticket, 400, impact="extensive", urgency="high", reason="worsened")
    back = undo(l1, late, 400)
    lowered = do(services.prioritise_tickets, l1, back, 470, impact="minor", urgency="low", reason="misread")
    assert lowered.priority == "P4"


def test_nobody_has_it(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        do(services.release_tickets, world.home.people["l1"], make_ticket(world.home), 1)
    assert refused.value.code == "nobody_has_it"
