"""Who can do it, and who is on duty?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from tierline.accounts import queries as accounts
from tierline.workforce.models import PersonSkill, Shift, Skill


@dataclass(frozen=True, slots=True)
class SkillRow:
    id: int
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Ability:
    """One skill of a person. Empty ``language`` or ``product`` means any."""

    code: str
    level: int
    language: str
    product: str
    expires_on: date | None


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


def skills() -> list[SkillRow]:
    return [SkillRow(s.id, s.code, s.name_zh, s.name_en) for s in Skill.objects.order_by("code")]


def skills_of(person_ids: Iterable[int], *, on: date | None = None) -> Mapping[int, list[Ability]]:
    """Everyone's abilities by code, the best first; with ``on`` only those not expired on that day."""
    wanted = set(person_ids)
    found: dict[int, list[Ability]] = {person_id: [] for person_id in wanted}
    rows = PersonSkill.objects.filter(person_id__in=wanted).select_related("skill")
    if on is not None:
        rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=on))
    for row in rows.order_by("skill__code", "-level", "language", "product"):
        ability = Ability(row.skill.code, row.level, row.language, row.product, row.expires_on)
        found[row.person_id].append(ability)
    return found


def on_shift(enterprise_id: int, at: datetime, tier: int | None = None, *, kind: str = "shift") -> list[OnDuty]:
    """Who is on duty for the enterprise: a stretch that covers ``at`` and a live assignment, tier by tier.

    The ending moment is off duty. A person twice on duty counts once, with the stretch that ends last.
    """
    assigned = {contact.id: own for contact, own in accounts.engineers(enterprise_id, at=at)}
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
