"""权限申请: asking for what one was refused, and answering it."""

from __future__ import annotations

from datetime import datetime

from tierline.accounts import policies
from tierline.accounts.models import RightRequest
from tierline.audit.operations import Act, record
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


class AlreadyAsked(DomainError):
    """The same person's request for the same right is still open."""

    code = "already_asked"


@service
def ask_for_right(*, actor: Actor, right: str, page: str, reason: str, at: datetime) -> int:
    """Recorded for the managers, audited for everyone. Raises AlreadyAsked, Missing without a reason."""
    if actor.person_id is None:
        raise NotAllowed(right="right.ask", role=actor.role)
    wanted = clean(right, field="right", limit=60).strip()
    why = clean(reason, field="reason", limit=2000)
    where = clean(page, field="page", limit=300, required=False)
    row, is_new = RightRequest.objects.get_or_create(
        provider_id=actor.provider_id,
        person_id=actor.person_id,
        right=wanted,
        state="open",
        defaults={"enterprise_id": actor.own_enterprise_id, "page": where, "reason": why, "at": at},
    )
    if not is_new:
        raise AlreadyAsked(right=wanted, at=row.at.isoformat())
    facts = {"request": row.id, "right": wanted, "page": where}
    record(actor, [Act(f"person:{actor.person_id}", "right.asked", actor.own_enterprise_id, facts)], at=at)
    return row.id


@service
def settle_right_request(*, actor: Actor, request_id: int, granted: bool, at: datetime) -> None:
    """The decision of who may change reach. Raises NotFound for one that is not open."""
    policies.require(actor, "right.settle")
    rows = RightRequest.objects.filter(id=request_id, state="open")
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="right_request")
    if row.person_id == actor.person_id:
        raise NotAllowed(right="right.settle", role=actor.role)
    rows.update(state="granted" if granted else "declined", settled_by_id=actor.person_id, settled_at=at)
    action = "right.granted" if granted else "right.declined"
    record(actor, [Act(f"person:{row.person_id}", action, row.enterprise_id, {"request": row.id})], at=at)
