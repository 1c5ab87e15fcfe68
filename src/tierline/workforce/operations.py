"""Skills and shifts, written inside another's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from tierline.accounts import queries as accounts
from tierline.accounts.operations import AlreadyThere
from tierline.audit.operations import Act, record
from tierline.domain.codes import code
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import PersonSkill, Shift, Skill

SHIFT, STANDBY = "shift", "standby"
KINDS = (SHIFT, STANDBY)
LEVELS = range(1, 6)
_SHIFT_LOCK = 0x7417


class ShiftsOverlap(DomainError):
    """The person would be on duty twice at once for one enterprise. ``person``, ``starts_at``."""

    code = "shifts_overlap"


@dataclass(frozen=True, slots=True)
class NewSkill:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NewAbility:
    skill: str
    level: int
    language: str = ""
    product: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewShift:
    person_id: int
    starts_at: datetime
    ends_at: datetime
    enterprise_id: int | None = None
    tier: int | None = None
    kind: str = SHIFT


def add_skills(*, actor: Actor, rows: Sequence[NewSkill], at: datetime) -> list[int]:
    require_transaction()
    made = [
        Skill(
            provider_id=actor.provider_id,
            code=code(row.code),
            name_zh=clean(row.name_zh, field="name_zh", limit=200),
            name_en=clean(row.name_en, field="name_en", limit=200),
            created_at=at,
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            Skill.objects.bulk_create(made)
    except IntegrityError:
        raise AlreadyThere(what="skill", codes=[s.code for s in made]) from None
    record(actor, [Act(f"skill:{s.id}", "skill.added", None, {"code": s.code}) for s in made], at=at)
    return [s.id for s in made]


def set_abilities(*, actor: Actor, person_id: int, rows: Sequence[NewAbility], at: datetime) -> None:
    """The person's abilities become exactly ``rows``. Raises NotFound for a person or skill that is not ours."""
    require_transaction()
    _require_people([person_id])
    known = {s.code: s.id for s in Skill.objects.filter(code__in={row.skill for row in rows})}
    made = [_ability(actor, person_id, known, row, at) for row in rows]
    try:
        with transaction.atomic():
            PersonSkill.objects.filter(person_id=person_id).delete()
            PersonSkill.objects.bulk_create(made)
    except IntegrityError:
        raise AlreadyThere(what="ability", codes=[row.skill for row in rows]) from None
    facts = {"skills": {row.skill: row.level for row in rows}}
    record(actor, [Act(f"person:{person_id}", "person.skills_set", None, facts)], at=at)


def plan_shifts(*, actor: Actor, rows: Sequence[NewShift], at: datetime) -> list[int]:
    """Raises ShiftsOverlap, NotFound, Invalid; then none is planned. Touching stretches do not overlap."""
    require_transaction()
    if not rows:
        return []
    for row in rows:
        _check(row)
    people = {row.person_id for row in rows}
    _require_people(people)
    _lock(people)
    _require_apart(rows)
    made = Shift.objects.bulk_create(
        Shift(
            provider_id=actor.provider_id,
            enterprise_id=row.enterprise_id,
            person_id=row.person_id,
            kind=row.kind,
            tier=row.tier,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            created_at=at,
        )
        for row in rows
    )
    record(actor, [_act(s, "shift.planned") for s in made], at=at)
    return [s.id for s in made]


def cancel_shifts(*, actor: Actor, shift_ids: Sequence[int], at: datetime) -> None:
    """From ``at`` on they do not count; what was worked before stays. Raises NotFound when one is over or not there."""
    require_transaction()
    rows = Shift.objects.select_for_update().filter(id__in=set(shift_ids), ends_at__gt=at, cancelled_at=None)
    found = list(rows.order_by("id"))
    missing = set(shift_ids) - {s.id for s in found}
    if missing:
        raise NotFound(what="shift", ids=sorted(missing))
    Shift.objects.filter(id__in=[s.id for s in found]).update(cancelled_at=at)
    record(actor, [_act(s, "shift.cancelled") for s in found], at=at)


def _ability(actor: Actor, person_id: int, known: dict[str, int], row: NewAbility, at: datetime) -> PersonSkill:
    if row.skill not in known:
        raise NotFound(what="skill", code=row.skill)
    if row.level not in LEVELS:
        raise Invalid(field="level", value=row.level, allowed=list(LEVELS))
    return PersonSkill(
        provider_id=actor.provider_id,
        person_id=person_id,
        skill_id=known[row.skill],
        level=row.level,
        language=clean(row.language, field="language", limit=10, required=False),
        product=clean(row.product, field="product", limit=200, required=False),
        expires_on=row.expires_on,
        changed_at=at,
    )


def _check(row: NewShift) -> None:
    if row.kind not in KINDS:
        raise Invalid(field="kind", value=row.kind, allowed=list(KINDS))
    if row.tier not in (None, 1, 2, 3):
        raise Invalid(field="tier", value=row.tier, allowed=[1, 2, 3])
    if row.ends_at <= row.starts_at:
        raise Invalid(field="ends_at", value=row.ends_at)


def _require_people(ids: Iterable[int]) -> None:
    """The provider's own active people: an enterprise's staff and requesters have no skills or shifts here."""
    wanted = set(ids)
    ours = {p.id for p in accounts.people(wanted).values() if p.enterprise_id is None and p.is_active}
    if wanted - ours:
        raise NotFound(what="person", ids=sorted(wanted - ours))


def _lock(people: Iterable[int]) -> None:
    """Two plans for one person wait for each other: without it both could miss the other's stretch."""
    with connection.cursor() as cursor:
        for person_id in sorted(people):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [_SHIFT_LOCK, person_id])


def _require_apart(rows: Sequence[NewShift]) -> None:
    first, last = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    there = Shift.objects.filter(
        person_id__in={row.person_id for row in rows}, starts_at__lt=last, ends_at__gt=first
    ).exclude(cancelled_at__lte=first)
    taken: dict[int, list[tuple[datetime, datetime, int | None]]] = {}
    for s in there:
        ends_at = s.ends_at if s.cancelled_at is None else min(s.ends_at, s.cancelled_at)
        taken.setdefault(s.person_id, []).append((s.starts_at, ends_at, s.enterprise_id))
    for row in rows:
        mine = taken.setdefault(row.person_id, [])
        for starts_at, ends_at, enterprise_id in mine:
            if row.starts_at < ends_at and starts_at < row.ends_at and _meet(row.enterprise_id, enterprise_id):
                raise ShiftsOverlap(person=row.person_id, starts_at=row.starts_at)
        mine.append((row.starts_at, row.ends_at, row.enterprise_id))


def _meet(a: int | None, b: int | None) -> bool:
    return a is None or b is None or a == b


def _act(s: Shift, action: str) -> Act:
    facts = {"shift": s.id, "kind": s.kind, "from": s.starts_at.isoformat(), "to": s.ends_at.isoformat()}
    return Act(f"person:{s.person_id}", action, s.enterprise_id, facts)
