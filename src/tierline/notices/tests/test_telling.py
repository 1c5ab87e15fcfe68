"""Who is told, once, and never silently nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.world import AT, Place, add_staff, make_place, make_provider
from tierline.accounts import queries as people
from tierline.accounts import services as accounts
from tierline.audit import queries as audit
from tierline.desk import services as desk
from tierline.desk.events import (
    ClockBreached,
    ClockWarned,
    CustomerWrote,
    TicketAssigned,
    TicketEscalated,
    TicketReopened,
    TicketReturned,
    TicketVerified,
    TierPaged,
)
from tierline.desk.tests.builders import PACKAGE, after, do, fresh, make_resolved, make_ticket
from tierline.domain.notices import Kind
from tierline.notices import handlers, queries, services
from tierline.notices.models import Notice, Step, Unreached
from tierline.notices.tests.builders import forget_jobs, notices, rows, run_jobs, steps, tell
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.workforce import services as workforce
from tierline.workforce.operations import NewShift

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def outbox_only(outbox: Path) -> None:
    """Nothing of these tests leaves the folder."""


def owned(place: Place) -> Any:
    """A ticket that the first tier has claimed."""
    ticket = do(desk.claim_tickets, place.people["l1"], make_ticket(place), 1)
    forget_jobs()
    return ticket


def scope(place: Place, ticket: Any) -> dict[str, Any]:
    ids = {"provider_id": place.provider_id, "enterprise_id": place.enterprise_id}
    return {**ids, "at": after(5), "ticket_id": ticket.id}


def warned(place: Place, ticket: Any, tell: str = "assignee") -> ClockWarned:
    clock = {"clock_kind": "resolve", "party": "", "cycle": 1, "step": "warn", "due_at": after(5)}
    return ClockWarned(**scope(place, ticket), **clock, tell=tell)


def breached(place: Place, ticket: Any, party: str = "") -> ClockBreached:
    return ClockBreached(**scope(place, ticket), kind="resolve", party=party, cycle=1, due_at=after(4))


def put_on_shift(place: Place, name: str, kind: str = "shift") -> None:
    put_person_on_shift(place, place.people[name].person_id, kind)


def put_person_on_shift(place: Place, person_id: int | None, kind: str) -> None:
    shift = NewShift(
        person_id=person_id or 0,
        enterprise_id=place.enterprise_id,
        kind=kind,
        tier=None,
        starts_at=AT - timedelta(hours=2),
        ends_at=AT + timedelta(hours=6),
    )
    workforce.plan_shifts(actor=place.people["manager"], rows=[shift], at=AT)


def heard(place: Place) -> dict[str, list[str]]:
    """role in the world -> kinds of what that person was told"""
    found = {name: [s.kind for s in steps(place, person)] for name, person in place.people.items()}
    return {name: kinds for name, kinds in found.items() if kinds}


EVENTS = [
    # what it shows, the handler, the event, who hears what
    ("a warning goes to who has it", handlers.tell_warned, warned, {"l1": ["warning"]}),
    ("a warning for the manager", handlers.tell_warned, lambda p, t: warned(p, t, "manager"), {"manager": ["warning"]}),
    ("a warning for a tier", handlers.tell_warned, lambda p, t: warned(p, t, "L3"), {"l3": ["warning"]}),
    ("a code that nobody taught us is the manager's", handlers.tell_warned, lambda p, t: warned(p, t, "sorcerer"), {"manager": ["warning"]}),
    ("a breach goes to who has it and to the manager", handlers.tell_breached, breached, {"l1": ["breach"], "manager": ["breach"]}),
    ("a breach of a tier's clock also to that tier", handlers.tell_breached, lambda p, t: breached(p, t, "L2"), {"l1": ["breach"], "l2": ["breach"], "manager": ["breach"]}),
    ("a page goes to the tier", handlers.tell_paged, lambda p, t: TierPaged(**scope(p, t), tier=2, due_at=after(5)), {"l2": ["page"]}),
    ("a ticket that went back to the queue", handlers.tell_returned, lambda p, t: TicketReturned(**scope(p, t), was=p.people["l1"].person_id), {"l1": ["returned"], "manager": ["returned"]}),
    ("a hand-over waits for the tier", handlers.tell_offered, lambda p, t: TicketEscalated(**scope(p, t), tier=3), {"l3": ["offered"]}),
    ("assigned by another", handlers.tell_assigned, lambda p, t: TicketAssigned(**scope(p, t), assignee_id=p.people["l2"].person_id, by_id=p.people["manager"].person_id), {"l2": ["assigned"]}),
    ("assigned by oneself", handlers.tell_assigned, lambda p, t: TicketAssigned(**scope(p, t), assignee_id=p.people["l1"].person_id, by_id=p.people["l1"].person_id), {}),
    ("the customer wrote", handlers.tell_written, lambda p, t: CustomerWrote(**scope(p, t), seq=1), {"l1": ["reply"]}),
    ("it is back", handlers.tell_reopened, lambda p, t: TicketReopened(**scope(p, t), why="requester", by_id=p.people["requester"].person_id), {"l1": ["reopened"]}),
    ("one reopened it oneself", handlers.tell_reopened, lambda p, t: TicketReopened(**scope(p, t), why="person", by_id=p.people["l1"].person_id), {}),
    ("verified", handlers.tell_verified, lambda p, t: TicketVerified(**scope(p, t)), {"l1": ["verified"]}),
]  # fmt: skip


@pytest.mark.parametrize(("handler", "event", "told"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS])
def test_who_hears_of_it_once_even_when_the_job_runs_twice(home: Place, handler: Any, event: Any, told: Any) -> None:
    happened = event(home, owned(home))
    handler(happened)
    assert heard(home) == told
    handler(happened)
    assert heard(home) == told


def test_the_desks_own_verbs_announce_what_is_told(home: Place) -> None:
    """Through the wiring, from the verb to the notice."""
    ticket = make_ticket(home)
    run_jobs()
    ticket = do(desk.assign_tickets, home.people["manager"], ticket, 1, assignee_id=home.people["l1"].person_id)
    run_jobs()
    assert heard(home) == {"l1": ["assigned"]}
    ticket = fresh(home.system, ticket)
    do(desk.reply_to_tickets, home.people["requester"], ticket, 2, text="还是不行")
    do(desk.escalate_ticket, home.people["l1"], fresh(home.system, ticket), 3, to="L2", package=PACKAGE)
    run_jobs()
    assert heard(home) == {"l1": ["assigned", "reply"], "l2": ["offered"]}


def test_a_refused_verification_is_told(home: Place) -> None:
    ticket = make_resolved(home)
    forget_jobs()
    do(desk.verify_tickets, home.people["requester"], ticket, 70, accepted=False, comment="没好")
    run_jobs()
    (step,) = steps(home, home.people["l1"])
    assert (step.kind, step.facts) == ("reopened", {"why": "verification_refused"})


def test_a_verification_by_the_requester_is_told(home: Place) -> None:
    ticket = make_resolved(home)
    forget_jobs()
    do(desk.verify_tickets, home.people["requester"], ticket, 70, accepted=True)
    run_jobs()
    (step,) = steps(home, home.people["l1"])
    assert (step.kind, step.facts) == ("verified", {"why": "requester"})


def test_nobody_is_warned_of_a_clock_that_has_stopped(home: Place, clock: Clock) -> None:
    ticket = make_resolved(home)
    clock.set(after(70))
    forget_jobs()
    handlers.tell_warned(warned(home, ticket))
    assert heard(home) == {}


DUTY = [
    # what it shows, who is on shift, who on stand-by, what the step says, who hears
    ("who is on shift in the tier", ["l2"], [], "L2", {"l2"}),
    ("nobody on shift: who is on stand-by", [], ["l2"], "L2", {"l2"}),
    ("nobody on duty: who is assigned in the tier", [], [], "L2", {"l2"}),
    ("the manager on shift", ["manager"], [], "manager", {"manager"}),
    ("the manager on stand-by", [], ["manager"], "duty_manager", {"manager"}),
]


@pytest.mark.parametrize(("shift", "standby", "code", "told"), [r[1:] for r in DUTY], ids=[r[0] for r in DUTY])
def test_duty(home: Place, shift: list[str], standby: list[str], code: str, told: set[str]) -> None:
    add_second(home, 2)
    for name in shift:
        put_on_shift(home, name)
    for name in standby:
        put_on_shift(home, name, "standby")
    ticket = owned(home)
    tell(home, ticket.id, event_id="e", at=after(5), codes=(code,))
    on_duty = bool(shift or standby)
    assert set(heard(home)) == told
    assert len(rows(home, Step)) == (1 if on_duty or code == "manager" else 2)


def add_second(place: Place, tier: int) -> int:
    return add_staff(place.system, place.enterprise_id, f"second-{tier}", tier=tier)


def test_a_page_wakes_the_stand_by_beside_the_shift(home: Place) -> None:
    second = add_second(home, 2)
    put_on_shift(home, "l2")
    put_person_on_shift(home, second, "standby")
    handlers.tell_paged(TierPaged(**scope(home, owned(home)), tier=2, due_at=after(5)))
    assert {s.person_id for s in rows(home, Step)} == {second, home.people["l2"].person_id}


def test_when_nobody_at_all_is_there_it_is_written_down(clock: Clock) -> None:
    place = make_place(make_provider("lonely"), "lonely", staff=())
    ticket = make_ticket(place)
    for _ in range(2):  # a job that runs twice says so once
        tell(place, ticket.id, event_id="e1", at=after(5), codes=("assignee", "manager"))
    (miss,) = rows(place, Unreached)
    assert (miss.kind, miss.ticket_id, miss.told) == ("breach", ticket.id, "assignee,manager")
    with tenancy.reading(place.system):
        (line,) = audit.lines(f"notices:{place.enterprise_id}")
    assert (line.action, line.facts["ticket"]) == ("notice.unreached", ticket.id)
    with tenancy.reading(place.system):
        shown = [len(queries.unreached(at=after(5) + timedelta(days=n))) for n in (0, 6, 8)]
    assert shown == [1, 1, 0]


def test_an_assignment_to_somebody_who_has_left_is_written_down(home: Place) -> None:
    ticket = owned(home)
    with tenancy.reading(home.system):
        (row,) = people.assignments([home.people["l1"].person_id])
    accounts.end_assignment(actor=home.system, assignment_id=row.id, at=after(3))
    gone = TicketAssigned(**scope(home, ticket), assignee_id=home.people["l1"].person_id, by_id=None)
    handlers.tell_assigned(gone)
    assert [miss.kind for miss in rows(home, Unreached)] == ["assigned"]


def test_an_assignee_who_has_left_is_replaced_by_the_tier(home: Place) -> None:
    ticket = owned(home)
    second = add_second(home, 1)
    with tenancy.reading(home.system):
        (row,) = people.assignments([home.people["l1"].person_id])
    accounts.end_assignment(actor=home.system, assignment_id=row.id, at=after(3))
    tell(home, ticket.id, event_id="e", at=after(5))
    assert [s.person_id for s in rows(home, Step)] == [second]


def test_steps_of_one_ticket_within_ten_minutes_are_one_notice(home: Place) -> None:
    ticket, l1 = owned(home), home.people["l1"]
    for n, (minute, kind) in enumerate([(5, Kind.REPLY), (6, Kind.BREACH), (14, Kind.WARNING), (16, Kind.REPLY)]):
        tell(home, ticket.id, event_id=f"e{n}", at=after(minute), kind=kind)
    first, second = notices(home, l1)
    assert (first.kind, first.step_count, first.first_at, first.last_at) == ("breach", 3, after(5), after(14))
    assert (second.kind, second.step_count) == ("reply", 1)


def test_what_was_read_stays_read_and_the_next_step_is_a_new_notice(home: Place) -> None:
    ticket, l1 = owned(home), home.people["l1"]
    tell(home, ticket.id, event_id="e1", at=after(5))
    assert services.mark_read(actor=l1, notice_ids=None, at=after(6)) == 1
    tell(home, ticket.id, event_id="e2", at=after(7))
    assert [n.read_at for n in notices(home, l1)] == [after(6), None]
    with tenancy.reading(l1):
        assert queries.unread(l1) == 1


def test_a_person_sees_only_ones_own_whatever_the_query_asks(home: Place) -> None:
    ticket = owned(home)
    tell(home, ticket.id, event_id="e", at=after(5), codes=("assignee", "manager"))
    assert len(rows(home, Notice)) == 2
    for name, sees in (("l1", 1), ("manager", 1), ("l2", 0), ("admin", 0), ("requester", 0)):
        person: Actor = home.people[name]
        with tenancy.reading(person):
            assert (name, Notice.objects.count(), Step.objects.count()) == (name, sees, sees)
            assert not Notice.objects.exclude(person_id=person.person_id).exists()


def test_a_person_cannot_write_anothers(home: Place) -> None:
    ticket = owned(home)
    tell(home, ticket.id, event_id="e", at=after(5))
    (notice,) = notices(home, home.people["l1"])
    assert services.mark_read(actor=home.people["l2"], notice_ids=[notice.id], at=after(6)) == 0
    assert notices(home, home.people["l1"])[0].read_at is None
