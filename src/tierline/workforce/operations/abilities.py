"""What people can do, written inside another's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tierline.accounts.operations import AlreadyThere
from tierline.audit.operations import Act, record
from tierline.domain.codes import code
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import PersonSkill, Skill
from tierline.workforce.operations.people import require_people

LEVELS = range(1, 6)


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
    require_people([person_id])
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
