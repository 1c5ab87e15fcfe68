"""Verbs of the workforce room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.workforce import operations, policies
from tierline.workforce.operations import NewAbility, NewShift, NewSkill


@service
def add_skills(*, actor: Actor, rows: Sequence[NewSkill], at: datetime) -> list[int]:
    """Raises AlreadyThere; then none is added."""
    policies.require(actor, "skill.change")
    return operations.add_skills(actor=actor, rows=rows, at=at)


@service
def set_abilities(*, actor: Actor, person_id: int, rows: Sequence[NewAbility], at: datetime) -> None:
    """The person's abilities become exactly ``rows``. Raises NotFound, Invalid, AlreadyThere."""
    policies.require(actor, "skill.change")
    operations.set_abilities(actor=actor, person_id=person_id, rows=rows, at=at)


@service
def plan_shifts(*, actor: Actor, rows: Sequence[NewShift], at: datetime) -> list[int]:
    """Raises ShiftsOverlap, NotFound, Invalid; then none is planned."""
    policies.require(actor, "shift.plan")
    for row in rows:
        policies.require_reach(actor, "shift.plan", row.enterprise_id)
    return operations.plan_shifts(actor=actor, rows=rows, at=at)


@service
def cancel_shifts(*, actor: Actor, shift_ids: Sequence[int], at: datetime) -> None:
    """What was worked before ``at`` stays. Raises NotFound when one is over, cancelled or out of reach."""
    policies.require(actor, "shift.plan")
    operations.cancel_shifts(actor=actor, shift_ids=shift_ids, at=at)
