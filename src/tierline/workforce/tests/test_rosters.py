"""Rosters, swaps, leave, papers and feeds through the services: what is published holds, and refusals change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tierline.accounts.tests.builders import AT, World, audit_actions, make_person, make_world
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.workforce import queries, services
from tierline.workforce.operations import (
    NewCredential,
    NewLine,
    RosterClosed,
    RosterHasGaps,
    ShiftsOverlap,
    StandIn,
)

pytestmark = pytest.mark.django_db(transaction=True)

# The week after the world begins: Monday 9 to Sunday 15 March 2026.
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)
OFFICE = frozenset(range(1, 6))


def line(person: int | None, starts: int = 9 * 60, ends: int = 18 * 60, *, tier: int = 1, **told: object) -> NewLine:
    return NewLine(person, "shift", tier, OFFICE, starts, ends, FIRST, LAST, **told)  # type: ignore[arg-type]


def draft(world: World, *lines: NewLine) -> int:
    made = services.draft_roster(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        name="三月第二周",
        zone="Asia/Shanghai",
        first_on=FIRST,
        last_on=LAST,
        at=AT,
    )
    services.add_lines(actor=world.manager, roster_id=made, lines=lines, at=AT)
    return made


def on_shift(world: World, at: datetime) -> list[int]:
    with tenancy.reading(world.system):
        return [d.person_id for d in queries.on_shift(world.enterprise_id, at)]


def monday(hour: int, day: int = 0) -> datetime:
    """Shanghai's hour of that week, as UTC."""
    return datetime(2026, 3, 9, tzinfo=UTC) + timedelta(days=day, hours=hour - 8)


def pid(actor: Actor) -> int:
    assert actor.person_id is not None
    return actor.person_id


def refused(error: type[DomainError], act: Callable[[], object]) -> DomainError:
    with pytest.raises(error) as found:
        act()
    return found.value


def test_publishing_makes_the_shifts_of_local_time() -> None:
    world = make_world()
    me = pid(world.engineer())
    made = services.publish_roster(actor=world.manager, roster_id=draft(world, line(me)), at=AT)
    assert len(made) == 5
    assert [on_shift(world, monday(h)) for h in (8, 9, 17, 18)] == [[], [me], [me], []]
    assert on_shift(world, monday(10, day=5)) == []
    assert "roster.published" in audit_actions(world, "roster")


def test_gaps_are_refused_without_a_reason_and_published_with_one() -> None:
    world = make_world()
    me = pid(world.engineer())
    roster = draft(world, line(None, 8 * 60, 20 * 60), line(me))
    error = refused(RosterHasGaps, lambda: services.publish_roster(actor=world.manager, roster_id=roster, at=AT))
    assert error.facts["gaps"] == 10
    assert on_shift(world, monday(10)) == []
    services.publish_roster(actor=world.manager, roster_id=roster, reason="招聘中，先由待命覆盖", at=AT)
    assert on_shift(world, monday(10)) == [me]
    with tenancy.reading(world.system):
        assert queries.roster(roster).reason == "招聘中，先由待命覆盖"


def test_one_person_twice_is_never_published_and_a_published_roster_is_closed() -> None:
    world = make_world()
    me = pid(world.engineer())
    roster = draft(world, line(me), line(me, 17 * 60, 22 * 60))
    refused(ShiftsOverlap, lambda: services.publish_roster(actor=world.manager, roster_id=roster, reason="急", at=AT))
    good = draft(world, line(me))
    services.publish_roster(actor=world.manager, roster_id=good, at=AT)
    refused(RosterClosed, lambda: services.add_lines(actor=world.manager, roster_id=good, lines=[line(me)], at=AT))


def test_a_new_roster_takes_the_place_of_the_old_from_now_on() -> None:
    world = make_world()
    one, two = pid(world.engineer()), pid(world.engineer())
    services.publish_roster(actor=world.manager, roster_id=draft(world, line(one)), at=AT)
    now = monday(12, day=1)
    made = services.draft_roster(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        name="改排",
        zone="Asia/Shanghai",
        first_on=FIRST,
        last_on=LAST,
        at=now,
    )
    services.add_lines(actor=world.manager, roster_id=made, lines=[line(two)], at=now)
    with tenancy.reading(world.system):
        plan = queries.roster_plan(made, at=now)
    assert (len(plan.comes), len(plan.goes)) == (4, 4)
    services.publish_roster(actor=world.manager, roster_id=made, at=now)
    assert on_shift(world, monday(10)) == [one]
    assert on_shift(world, monday(11, day=1)) == [one]
    assert on_shift(world, monday(13, day=1)) == [two]
    assert on_shift(world, monday(10, day=2)) == [two]


def test_a_copied_roster_has_the_same_lines_on_other_days() -> None:
    world = make_world()
    me = pid(world.engineer())
    source = draft(world, line(me))
    made = services.copy_roster(
        actor=world.manager, roster_id=source, first_on=date(2026, 3, 16), last_on=date(2026, 3, 22), at=AT
    )
    services.publish_roster(actor=world.manager, roster_id=made, at=AT)
    assert on_shift(world, monday(10, day=7)) == [me]


def test_a_swap_is_asked_previewed_and_done_by_who_agrees() -> None:
    world = make_world()
    one, two = world.engineer(), world.engineer()
    services.publish_roster(actor=world.manager, roster_id=draft(world, line(pid(one))), at=AT)
    with tenancy.reading(world.system):
        row = queries.next_shift(pid(one), after=AT)
        assert row is not None
        plan = queries.stand_in_plan(row, pid(two), monday(13), monday(18))
    assert [(s.person, s.starts_at) for s in plan.comes] == [(pid(one), monday(9)), (pid(two), monday(13))]
    wanted = StandIn(row.id, pid(two), monday(13), monday(18), "看医生")
    refused(NotAllowed, lambda: services.ask_swap(actor=two, wanted=wanted, at=AT))
    swap = services.ask_swap(actor=one, wanted=wanted, at=AT)
    refused(NotFound, lambda: services.answer_swap(actor=one, swap_id=swap, is_agreed=True, at=AT))
    services.answer_swap(actor=two, swap_id=swap, is_agreed=True, at=AT)
    assert [on_shift(world, monday(h)) for h in (12, 13)] == [[pid(one)], [pid(two)]]


def test_somebody_who_works_then_cannot_stand_in() -> None:
    world = make_world()
    one, two = world.engineer(), world.engineer()
    services.publish_roster(actor=world.manager, roster_id=draft(world, line(pid(one)), line(pid(two))), at=AT)
    with tenancy.reading(world.system):
        row = queries.next_shift(pid(one), after=AT)
        assert row is not None
        assert queries.stand_in_plan(row, pid(two), row.starts_at, row.ends_at).overlaps
    wanted = StandIn(row.id, pid(two), row.starts_at, row.ends_at)
    refused(ShiftsOverlap, lambda: services.override_shift(actor=world.manager, wanted=wanted, at=AT))
    assert on_shift(world, monday(10)) == sorted([pid(one), pid(two)])
    refused(NotAllowed, lambda: services.override_shift(actor=one, wanted=wanted, at=AT))


def test_leave_is_off_duty_once_it_is_approved_and_leaves_a_gap() -> None:
    world = make_world()
    one = world.engineer()
    roster = draft(world, line(None), line(pid(one)))
    leave = services.ask_leave(actor=one, kind="annual", starts_at=monday(0), ends_at=monday(24), reason="", at=AT)
    with tenancy.reading(world.system):
        assert queries.roster_plan(roster, at=AT).gaps == []
    refused(NotAllowed, lambda: services.settle_leave(actor=one, leave_id=leave, is_approved=True, at=AT))
    services.settle_leave(actor=world.manager, leave_id=leave, is_approved=True, at=AT)
    with tenancy.reading(world.system):
        assert len(queries.roster_plan(roster, at=AT).gaps) == 1
    services.publish_roster(actor=world.manager, roster_id=roster, reason="年假", at=AT)
    assert on_shift(world, monday(10)) == []
    services.withdraw_leave(actor=one, leave_id=leave, at=AT)
    assert on_shift(world, monday(10)) == [pid(one)]


PAPERS: list[tuple[str, NewCredential | None, bool]] = [
    ("nothing at all", None, False),
    ("the undertaking, without end", NewCredential(0, "undertaking", "nda", date(2026, 3, 1), None, 1), True),
    ("it ends today", NewCredential(0, "undertaking", "nda", date(2026, 3, 1), date(2026, 3, 2), 1), True),
    ("it ended yesterday", NewCredential(0, "undertaking", "nda", date(2026, 2, 1), date(2026, 3, 1), 1), False),
    ("it begins tomorrow", NewCredential(0, "undertaking", "nda", date(2026, 3, 3), None, 1), False),
    ("another undertaking", NewCredential(0, "undertaking", "old", date(2026, 3, 1), None, 1), False),
    ("a certificate of that name", NewCredential(0, "certificate", "nda", date(2026, 3, 1)), False),
]


@pytest.mark.parametrize(("paper", "is_enough"), [r[1:] for r in PAPERS], ids=[r[0] for r in PAPERS])
def test_what_meets_a_requirement(paper: NewCredential | None, is_enough: bool) -> None:
    world = make_world()
    me = pid(world.engineer())
    services.ask_for_credential(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        kind="undertaking",
        code="nda",
        name_zh="保密承诺",
        name_en="Undertaking",
        at=AT,
    )
    if paper is not None:
        enterprise = world.enterprise_id if paper.enterprise_id else None
        row = replace(paper, person_id=me, enterprise_id=enterprise)
        services.add_credential(actor=world.manager, row=row, at=AT)
    with tenancy.reading(world.system):
        lacks = queries.unmet({(me, world.enterprise_id)}, on=date(2026, 3, 2))
    assert bool(lacks) is not is_enough


def test_an_undertaking_is_given_to_somebody_and_a_revoked_one_counts_no_more() -> None:
    world = make_world()
    me = pid(world.engineer())
    bare = NewCredential(me, "undertaking", "nda", date(2026, 3, 1))
    refused(Missing, lambda: services.add_credential(actor=world.manager, row=bare, at=AT))
    paper = services.add_credential(
        actor=world.manager, row=NewCredential(me, "certificate", "cisp", date(2026, 3, 1)), at=AT
    )
    services.revoke_credential(actor=world.manager, credential_id=paper, at=AT)
    with tenancy.reading(world.system):
        assert queries.credentials([me]) == []


def test_who_is_away_is_back_when_the_time_is_over() -> None:
    world = make_world()
    one = world.engineer()
    services.set_presence(actor=one, presence="away", until=AT + timedelta(minutes=30), at=AT)
    with tenancy.reading(world.system):
        states = [queries.profile(pid(one), at=AT + timedelta(minutes=m)).presence for m in (0, 29, 30)]
    assert states == ["away", "away", "here"]
    refused(Invalid, lambda: services.set_presence(actor=one, presence="gone", until=None, at=AT))
    refused(NotAllowed, lambda: services.set_presence(actor=world.actor("auditor"), presence="here", until=None, at=AT))


def test_somebody_without_shifts_is_there_until_shifts_are_planned() -> None:
    world = make_world()
    me, other = world.engineer(), make_person(world)
    with tenancy.reading(world.system):
        before = {e.id: e.seats[world.enterprise_id].duty for e in queries.crew([world.enterprise_id], at=AT, on=FIRST)}
    assert all(before[pid(p)] is not None for p in (me, other))
    services.publish_roster(actor=world.manager, roster_id=draft(world, line(pid(me))), at=AT)
    with tenancy.reading(world.system):
        crew = queries.crew([world.enterprise_id], at=monday(10), on=FIRST)
    assert {e.id: e.seats[world.enterprise_id].duty is not None for e in crew} == {pid(me): True, pid(other): False}
