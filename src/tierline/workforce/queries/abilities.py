"""Who can do it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tierline.workforce.models import PersonSkill, Skill


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
