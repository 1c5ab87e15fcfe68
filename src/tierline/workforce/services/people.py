"""What people can do, what they hold, whether they are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.workforce import operations, policies
from tierline.workforce.operations import NewAbility, NewCredential, NewShift, NewSkill


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


@service
def set_profile(
    *, actor: Actor, person_id: int, region: str, languages: Sequence[str], cap: int | None, at: datetime
) -> None:
    policies.require(actor, "skill.change")
    operations.set_profile(actor=actor, person_id=person_id, region=region, languages=languages, cap=cap, at=at)


@service
def set_presence(*, actor: Actor, presence: str, until: datetime | None, at: datetime) -> None:
    """Here or away, said by oneself. Raises Invalid for a time that is over."""
    operations.set_presence(
        actor=actor, person_id=policies.worker(actor, "presence"), presence=presence, until=until, at=at
    )


@service
def renew_feed(*, actor: Actor, at: datetime) -> str:
    """The key of a new secret address of one's own calendar; the old address is dead."""
    return operations.new_feed_key(actor=actor, person_id=policies.worker(actor, "feed"), at=at)


@service
def add_credential(*, actor: Actor, row: NewCredential, at: datetime) -> int:
    policies.require(actor, "credential.change")
    policies.require_reach(actor, "credential.change", row.enterprise_id)
    return operations.add_credential(actor=actor, row=row, at=at)


@service
def revoke_credential(*, actor: Actor, credential_id: int, at: datetime) -> None:
    policies.require(actor, "credential.change")
    operations.revoke_credential(actor=actor, credential_id=credential_id, at=at)


@service
def ask_for_credential(
    *, actor: Actor, enterprise_id: int, kind: str, code: str, name_zh: str, name_en: str, at: datetime
) -> int:
    """From now on dispatch gives the enterprise's tickets to nobody without it."""
    policies.require(actor, "credential.change")
    policies.require_reach(actor, "credential.change", enterprise_id)
    return operations.ask_for_credential(
        actor=actor, enterprise_id=enterprise_id, kind=kind, wanted=code, name_zh=name_zh, name_en=name_en, at=at
    )


@service
def ask_no_longer(*, actor: Actor, requirement_id: int, at: datetime) -> None:
    policies.require(actor, "credential.change")
    operations.ask_no_longer(actor=actor, requirement_id=requirement_id, at=at)
