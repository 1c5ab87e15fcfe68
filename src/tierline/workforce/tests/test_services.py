"""Skills and shifts: the row, the record, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tierline.accounts import services as accounts
from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions, make_person, make_world
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound
from tierline.domain.text import Unstorable
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ENGINEER, REQUESTER
from tierline.workforce import queries, services
from tierline.workforce.models import PersonSkill, Shift, Skill
from tierline.workforce.operations import NewAbility, NewShift, NewSkill, ShiftsOverlap

pytestmark = pytest.mark.django_db(transaction=True)

TICK = timedelta(microseconds=1)


def h(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


def rows(world: World) -> list[Any]:
    with tenancy.reading(world.system):
        found = [list(m.objects.order_by("id").values()) for m in (Skill, PersonSkill, Shift)]
    return [*found, audit_actions(world, "")]


def refuses(world: World, error: type[DomainError], act: Callable[[], object]) -> None:
    before = rows(world)
    with pytest.raises(error) as refused:
        act()
    assert type(refused.value) is error
    assert rows(world) == before


def skilled() -> World:
    world = make_world()
    batch = [NewSkill("bank-link", "银企直连", "Bank link"), NewSkill("network", "网络", "Network")]
    services.add_skills(actor=world.manager, rows=batch, at=AT)
    return world


def person(world: World, *, tier: int | None = 1) -> int:
    made = make_person(world, tier=tier).person_id
    assert made is not None
    return made


def plan(world: World, *batch: NewShift) -> list[int]:
    return services.plan_shifts(actor=world.manager, rows=batch, at=AT)


def on_duty(world: World, at: datetime, tier: int | None = None, **options: Any) -> list[tuple[int, int | None]]:
    with tenancy.reading(world.system):
        return [(d.person_id, d.tier) for d in queries.on_shift(world.enterprise_id, at, tier, **options)]


def test_skills_are_the_provider_s_own_list() -> None:
    world = skilled()
    with tenancy.reading(world.system):
        assert [(s.code, s.name_zh) for s in queries.skills()] == [("bank-link", "银企直连"), ("network", "网络")]
    assert audit_actions(world, "skill:") == ["skill.added", "skill.added"]
    with tenancy.reading(make_world(provider_id=world.provider_id).system):
        assert len(queries.skills()) == 2


BAD_SKILLS = [
    ("a code that is there", NewSkill("network", "网络", "Network"), AlreadyThere),
    ("a code that is no code", NewSkill("网络", "网络", "Network"), Invalid),
    ("no English name", NewSkill("vpn", "VPN", ""), Missing),
    ("a NUL", NewSkill("vpn", "V\x00N", "VPN"), Unstorable),
]


@pytest.mark.parametrize(("row", "error"), [r[1:] for r in BAD_SKILLS], ids=[r[0] for r in BAD_SKILLS])
def test_one_bad_skill_stops_its_whole_batch(row: NewSkill, error: type[DomainError]) -> None:
    world = skilled()
    batch = [NewSkill("good", "好", "Good"), row]
    refuses(world, error, lambda: services.add_skills(actor=world.manager, rows=batch, at=AT))


def test_a_person_s_abilities_become_what_was_said() -> None:
    world = skilled()
    who = person(world)
    first = [NewAbility("bank-link", 3), NewAbility("network", 5)]
    second = [NewAbility("bank-link", 4, product="云算盘 7"), NewAbility("bank-link", 2, expires_on=date(2026, 6, 30))]
    for batch in (first, second):
        services.set_abilities(actor=world.manager, person_id=who, rows=batch, at=AT)
    with tenancy.reading(world.system):
        found = queries.skills_of([who, -1])
        assert [(a.code, a.level, a.product) for a in found[who]] == [
            ("bank-link", 4, "云算盘 7"),
            ("bank-link", 2, ""),
        ]
        assert found[-1] == []
    assert audit_actions(world, f"person:{who}").count("person.skills_set") == 2


@pytest.mark.parametrize(
    ("on", "levels"), [(date(2026, 6, 30), [4, 2]), (date(2026, 7, 1), [4])], ids=["its last day counts", "a day later"]
)
def test_an_expired_skill_does_not_count(on: date, levels: list[int]) -> None:
    world = skilled()
    who = person(world)
    batch = [NewAbility("bank-link", 4), NewAbility("bank-link", 2, "en", expires_on=date(2026, 6, 30))]
    services.set_abilities(actor=world.manager, person_id=who, rows=batch, at=AT)
    with tenancy.reading(world.system):
        assert [a.level for a in queries.skills_of([who], on=on)[who]] == levels


BAD_ABILITIES = [
    ("a skill that is not there", [NewAbility("vpn", 3)], NotFound),
    ("a level of 0", [NewAbility("network", 0)], Invalid),
    ("a level of 6", [NewAbility("network", 6)], Invalid),
    ("the same one twice", [NewAbility("network", 1), NewAbility("network", 2)], AlreadyThere),
]


@pytest.mark.parametrize(("batch", "error"), [r[1:] for r in BAD_ABILITIES], ids=[r[0] for r in BAD_ABILITIES])
def test_a_bad_ability_leaves_the_old_ones(batch: list[NewAbility], error: type[DomainError]) -> None:
    world = skilled()
    who = person(world)
    services.set_abilities(actor=world.manager, person_id=who, rows=[NewAbility("network", 3)], at=AT)
    refuses(world, error, lambda: services.set_abilities(actor=world.manager, person_id=who, rows=batch, at=AT))


def test_only_the_provider_s_people_have_skills_and_shifts() -> None:
    world = skilled()
    requester = accounts.add_person(
        actor=world.system, role=REQUESTER, email="a@b.example", name="会计", enterprise_id=world.enterprise_id, at=AT
    )
    ability = [NewAbility("network", 3)]
    refuses(
        world, NotFound, lambda: services.set_abilities(actor=world.manager, person_id=requester, rows=ability, at=AT)
    )
    refuses(world, NotFound, lambda: plan(world, NewShift(requester, h(0), h(8))))
    foreign = person(make_world())
    refuses(world, NotFound, lambda: plan(world, NewShift(foreign, h(0), h(8))))


DUTY = [
    # what it shows, hours after the shift's start, on duty
    ("just before it starts", h(0) - TICK, False),
    ("the moment it starts", h(0), True),
    ("just before it ends", h(8) - TICK, True),
    ("the moment it ends", h(8), False),
]


@pytest.mark.parametrize(("at", "is_on"), [r[1:] for r in DUTY], ids=[r[0] for r in DUTY])
def test_who_is_on_shift(at: datetime, is_on: bool) -> None:
    world = make_world(at=AT - timedelta(days=1))
    who = person(world)
    with tenancy.reading(world.system):
        assert queries.on_shift(world.enterprise_id, at) == []
    accounts.assign_person(
        actor=world.system, person_id=who, enterprise_id=world.enterprise_id, tier=1, starts_at=h(-1), at=AT
    )
    plan(world, NewShift(who, h(0), h(8)))
    assert on_duty(world, at) == ([(who, 1)] if is_on else [])


def test_tiers_come_from_the_shift_else_from_the_assignment() -> None:
    world = make_world()
    first, second = person(world, tier=1), person(world, tier=2)
    plan(world, NewShift(first, h(0), h(8)), NewShift(second, h(0), h(8), tier=1))
    assert on_duty(world, h(1)) == [(first, 1), (second, 1)]
    assert on_duty(world, h(1), 2) == []
    assert on_duty(world, h(1), 1) == [(first, 1), (second, 1)]


def test_standby_is_asked_for_by_name() -> None:
    world = make_world()
    who = person(world)
    plan(world, NewShift(who, h(0), h(8), kind="standby"))
    assert on_duty(world, h(1)) == []
    assert on_duty(world, h(1), kind="standby") == [(who, 1)]


def test_a_shift_without_an_assignment_counts_for_nothing() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    who = person(neighbour)
    plan(world, NewShift(who, h(0), h(8)))
    assert on_duty(world, h(1)) == []
    assert on_duty(neighbour, h(1)) == [(who, 1)]


def test_a_shift_for_one_enterprise_is_none_for_another() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    who = person(world)
    accounts.assign_person(
        actor=neighbour.system, person_id=who, enterprise_id=neighbour.enterprise_id, tier=2, starts_at=AT, at=AT
    )
    plan(world, NewShift(who, h(0), h(8), enterprise_id=world.enterprise_id))
    assert on_duty(world, h(1)) == [(who, 1)]
    assert on_duty(neighbour, h(1)) == []


def test_an_ended_assignment_ends_duty() -> None:
    world = make_world()
    who = make_person(world)
    assert who.person_id is not None
    plan(world, NewShift(who.person_id, h(0), h(8)))
    with tenancy.reading(world.system), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_assignment WHERE person_id = %s", [who.person_id])
        (assignment_id,) = cursor.fetchone()
    accounts.end_assignment(actor=world.system, assignment_id=assignment_id, at=h(2))
    assert on_duty(world, h(2) - TICK) == [(who.person_id, 1)]
    assert on_duty(world, h(2)) == []


def test_a_cancelled_shift_keeps_what_was_worked() -> None:
    world = make_world()
    who = person(world)
    (shift,) = plan(world, NewShift(who, h(0), h(8)))
    services.cancel_shifts(actor=world.manager, shift_ids=[shift], at=h(3))
    assert on_duty(world, h(3) - TICK) == [(who, 1)]
    assert on_duty(world, h(3)) == []
    with tenancy.reading(world.system):
        (row,) = queries.shifts(starts_before=h(8), ends_after=h(0), person_id=who)
    assert row.cancelled_at == h(3)
    assert audit_actions(world, f"person:{who}")[-2:] == ["shift.planned", "shift.cancelled"]
    refuses(world, NotFound, lambda: services.cancel_shifts(actor=world.manager, shift_ids=[shift], at=h(3)))
    plan(world, NewShift(who, h(3), h(8)))


SHIFTS = [
    # what it shows, start, end, fields, error or None
    ("touching before", h(-8), h(0), {}, None),
    ("touching behind", h(8), h(16), {}, None),
    ("inside", h(2), h(3), {}, ShiftsOverlap),
    ("around", h(-1), h(9), {}, ShiftsOverlap),
    ("one microsecond over the end", h(8) - TICK, h(9), {}, ShiftsOverlap),
    ("another kind at the same time", h(2), h(3), {"kind": "standby"}, ShiftsOverlap),
    ("ends when it starts", h(20), h(20), {}, Invalid),
    ("ends before it starts", h(20), h(19), {}, Invalid),
    ("a tier that is none", h(20), h(21), {"tier": 4}, Invalid),
    ("a kind that is none", h(20), h(21), {"kind": "night"}, Invalid),
    ("an enterprise out of reach", h(20), h(21), {"enterprise_id": -1}, NotAllowed),
]


@pytest.mark.parametrize(("start", "end", "fields", "error"), [r[1:] for r in SHIFTS], ids=[r[0] for r in SHIFTS])
def test_a_person_is_on_duty_once(
    start: datetime, end: datetime, fields: dict[str, Any], error: type[DomainError] | None
) -> None:
    world = make_world()
    who, other = person(world), person(world)
    plan(world, NewShift(who, h(0), h(8)), NewShift(other, h(2), h(4)))
    batch = [NewShift(other, h(30), h(31)), NewShift(who, start, end, **fields)]
    if error is None:
        assert len(plan(world, *batch)) == 2
    else:
        refuses(world, error, lambda: plan(world, *batch))


def test_one_batch_cannot_overlap_with_itself() -> None:
    world = make_world()
    who = person(world)
    refuses(world, ShiftsOverlap, lambda: plan(world, NewShift(who, h(0), h(8)), NewShift(who, h(7), h(9))))


def test_touching_stretches_of_one_batch_do_not_overlap() -> None:
    world = make_world()
    who = person(world)
    assert len(plan(world, NewShift(who, h(8), h(16)), NewShift(who, h(0), h(8)), NewShift(who, h(16), h(17)))) == 3


def test_nothing_planned_is_nothing_written() -> None:
    world = make_world()
    before = rows(world)
    assert plan(world) == []
    assert rows(world) == before


@pytest.mark.parametrize("role", [ENGINEER, REQUESTER])
def test_who_may_not_plan(role: str) -> None:
    world = skilled()
    who = person(world)
    actor = world.actor(role)
    refuses(world, NotAllowed, lambda: services.add_skills(actor=actor, rows=[NewSkill("a", "a", "a")], at=AT))
    refuses(world, NotAllowed, lambda: services.set_abilities(actor=actor, person_id=who, rows=[], at=AT))
    shift = NewShift(who, h(0), h(1))
    refuses(world, NotAllowed, lambda: services.plan_shifts(actor=actor, rows=[shift], at=AT))


@pytest.mark.parametrize(("table", "neighbour_sees"), [("skill", 1), ("personskill", 1), ("shift", 0)])
def test_raw_sql_sees_the_own_scope_only(table: str, neighbour_sees: int) -> None:
    world = make_world()
    services.add_skills(actor=world.manager, rows=[NewSkill("network", "网络", "Network")], at=AT)
    who = person(world)
    services.set_abilities(actor=world.manager, person_id=who, rows=[NewAbility("network", 1)], at=AT)
    plan(world, NewShift(who, h(0), h(1), enterprise_id=world.enterprise_id))

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM workforce_{table}")
            return int(cursor.fetchone()[0])

    with tenancy.reading(world.system):
        assert count() == 1
    with tenancy.reading(make_world(provider_id=world.provider_id).system):
        assert count() == neighbour_sees
    with tenancy.reading(make_world().system):
        assert count() == 0
    with transaction.atomic():
        assert count() == 0
