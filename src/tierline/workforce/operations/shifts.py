"""Stretches of duty, written inside another's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.shifts import ShiftsOverlap
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import Shift
from tierline.workforce.operations import turning
from tierline.workforce.operations.people import require_people

SHIFT, STANDBY = "shift", "standby"
KINDS = (SHIFT, STANDBY)
_SHIFT_LOCK = 0x7417


@dataclass(frozen=True, slots=True)
class NewShift:
    person_id: int
    starts_at: datetime
    ends_at: datetime
    enterprise_id: int | None = None
    tier: int | None = None
    kind: str = SHIFT
    roster_id: int | None = None


def plan_shifts(*, actor: Actor, rows: Sequence[NewShift], at: datetime) -> list[int]:
    """Raises ShiftsOverlap, NotFound, Invalid; then none is planned. Touching stretches do not overlap."""
    require_transaction()
    if not rows:
        return []
    for row in rows:
        _check(row)
    people = {row.person_id for row in rows}
    require_people(people)
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
            roster_id=row.roster_id,
            created_at=at,
        )
        for row in rows
    )
    turning.watch_shifts(actor, made, at=at)
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
    turning.forget_shifts(found)
    record(actor, [_act(s, "shift.cancelled") for s in found], at=at)


def _check(row: NewShift) -> None:
    if row.kind not in KINDS:
        raise Invalid(field="kind", value=row.kind, allowed=list(KINDS))
    if row.tier not in (None, 1, 2, 3):
        raise Invalid(field="tier", value=row.tier, allowed=[1, 2, 3])
    if row.ends_at <= row.starts_at:
        raise Invalid(field="ends_at", value=row.ends_at)


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
        if s.starts_at < ends_at:
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
