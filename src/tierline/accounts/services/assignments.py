"""派驻: giving and ending a person's reach."""

from __future__ import annotations

from datetime import datetime

from tierline.accounts import operations, policies
from tierline.accounts.models import Assignment
from tierline.audit.operations import Act, record
from tierline.domain.errors import NotFound
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def assign_person(
    *,
    actor: Actor,
    person_id: int,
    enterprise_id: int,
    tier: int | None,
    starts_at: datetime,
    at: datetime,
    ends_at: datetime | None = None,
    share_percent: int = 100,
) -> int:
    policies.require(actor, "assignment.change")
    policies.require_reach(actor, enterprise_id)
    return operations.assign(
        actor=actor,
        person_id=person_id,
        enterprise_id=enterprise_id,
        tier=tier,
        starts_at=starts_at,
        ends_at=ends_at,
        share_percent=share_percent,
        at=at,
    )


@service
def end_assignment(*, actor: Actor, assignment_id: int, at: datetime) -> None:
    """From ``at`` on the person no longer reaches the enterprise; requests after it see nothing of it."""
    policies.require(actor, "assignment.change")
    ended = Assignment.objects.filter(id=assignment_id).exclude(ends_at__lte=at)
    row = ended.first()
    if row is None:
        raise NotFound(what="assignment")
    ended.update(ends_at=at)
    facts = {"person": row.person_id}
    record(actor, [Act(f"assignment:{row.id}", "assignment.ended", row.enterprise_id, facts)], at=at)
