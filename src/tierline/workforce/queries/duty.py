"""Who is on duty, and who should be?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tierline.accounts import queries as accounts
from tierline.workforce.models import Leave, Shift

# An enterprise has a roster when somebody planned a shift about now: this far back and ahead.
PLANNED_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """``kind`` is shift or standby; ``until`` is when this stretch ends."""

    person_id: int
    tier: int | None
    kind: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ShiftRow:
    id: int
    person_id: int
    enterprise_id: int | None
    kind: str
    tier: int | None
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None


def on_shift(enterprise_id: int, at: datetime, tier: int | None = None, *, kind: str = "shift") -> list[OnDuty]:
    """Who is on duty for the enterprise: a stretch that covers ``at`` and a live assignment, tier by tier.

    The ending moment is off duty, and so is approved leave. A person twice on duty counts once, with the stretch that
    ends last.
    """
    assigned = {contact.id: own for contact, own in accounts.engineers(enterprise_id, at=at)}
    assigned = {i: own for i, own in assigned.items() if i not in on_leave(assigned, at)}
    duty: dict[int, OnDuty] = {}
    for row in _covering(enterprise_id, at).filter(kind=kind, person_id__in=assigned).order_by("ends_at", "id"):
        seat = row.tier if row.tier is not None else assigned[row.person_id]
        duty[row.person_id] = OnDuty(row.person_id, seat, row.kind, _end(row))
    found = [d for d in duty.values() if tier is None or d.tier == tier]
    return sorted(found, key=lambda d: (d.tier or 0, d.person_id))


def shifts(
    *, starts_before: datetime, ends_after: datetime, enterprise_id: int | None = None, person_id: int | None = None
) -> list[ShiftRow]:
    """The stretches that touch (ends_after, starts_before), by start; with an enterprise also those for all."""
    rows = Shift.objects.filter(starts_at__lt=starts_before, ends_at__gt=ends_after)
    if enterprise_id is not None:
        rows = rows.filter(Q(enterprise_id=None) | Q(enterprise_id=enterprise_id))
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return [
        ShiftRow(s.id, s.person_id, s.enterprise_id, s.kind, s.tier, s.starts_at, s.ends_at, s.cancelled_at)
        for s in rows.order_by("starts_at", "id")
    ]


def _covering(enterprise_id: int, at: datetime) -> QuerySet[Shift]:
    rows = Shift.objects.filter(Q(enterprise_id=None) | Q(enterprise_id=enterprise_id))
    rows = rows.filter(starts_at__lte=at, ends_at__gt=at)
    return rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gt=at))


def _end(row: Shift) -> datetime:
    return row.ends_at if row.cancelled_at is None else min(row.ends_at, row.cancelled_at)


def on_leave(person_ids: Iterable[int], at: datetime) -> Mapping[int, datetime]:
    """Who of these has approved leave at ``at``, and until when."""
    rows = Leave.objects.filter(person_id__in=set(person_ids), state="approved", starts_at__lte=at, ends_at__gt=at)
    return dict(rows.order_by("ends_at").values_list("person_id", "ends_at"))


def rostered(enterprise_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Those of the enterprises for which somebody planned shifts about now; in the others everybody counts as there."""
    low, high = at - PLANNED_WITHIN, at + PLANNED_WITHIN
    rows = Shift.objects.filter(kind="shift", starts_at__lt=high, ends_at__gt=low)
    rows = rows.filter(Q(enterprise_id=None) | Q(enterprise_id__in=set(enterprise_ids)))
    rows = rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gt=low))
    found = set(rows.values_list("enterprise_id", flat=True).distinct())
    if None in found:
        # A shift for every enterprise counts for those that its person is assigned to.
        people = set(rows.filter(enterprise_id=None).values_list("person_id", flat=True))
        found |= {e for person, e, _ in accounts.engineers_of(enterprise_ids, at=at) if person.id in people}
    return frozenset(e for e in enterprise_ids if e in found)


def duties(person_ids: Iterable[int], at: datetime) -> Mapping[int, list[ShiftRow]]:
    """Person -> the stretches that cover ``at``, what ends last last."""
    rows = Shift.objects.filter(person_id__in=set(person_ids), starts_at__lte=at, ends_at__gt=at)
    rows = rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gt=at))
    found: dict[int, list[ShiftRow]] = {}
    for s in rows.order_by("ends_at", "id"):
        found.setdefault(s.person_id, []).append(_row(s))
    return found


def next_shift(person_id: int, *, after: datetime) -> ShiftRow | None:
    rows = Shift.objects.filter(person_id=person_id, starts_at__gt=after, cancelled_at=None)
    found = rows.order_by("starts_at", "id").first()
    return _row(found) if found else None


def shift(shift_id: int) -> ShiftRow | None:
    found = Shift.objects.filter(id=shift_id, cancelled_at=None).first()
    return _row(found) if found else None


def _row(s: Shift) -> ShiftRow:
    return ShiftRow(s.id, s.person_id, s.enterprise_id, s.kind, s.tier, s.starts_at, s.ends_at, s.cancelled_at)
