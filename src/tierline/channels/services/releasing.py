"""A person lets in what was parked, and looks at a message as it came. Both are recorded."""

from __future__ import annotations

from datetime import datetime

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.channels import policies
from tierline.channels.models import RawMessage
from tierline.channels.models.raw import PARKED, PENDING
from tierline.channels.services.receiving import settle_again
from tierline.channels.services.sending import Settled
from tierline.desk.operations import locked
from tierline.domain.errors import NotFound
from tierline.domain.text import clean
from tierline.plumbing import jobs, store
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

# Letting these in again would change nothing.
_FINAL = frozenset({"duplicate", "test"})


@service
def redeliver(*, actor: Actor, delivery_id: int, at: datetime) -> None:
    """Read a parked delivery again and let it in as a ticket or an answer, whatever it was parked for.

    It is not acknowledged. Raises NotFound, NotAllowed; Settled when it is on a ticket, a copy, or in hand.
    """
    row = _locked(actor, delivery_id, "delivery.release")
    if row.outcome != PARKED or row.reason in _FINAL:
        raise Settled(delivery=delivery_id, outcome=row.reason if row.outcome == PARKED else row.outcome)
    was = row.reason
    # Its key is free for it again, else it would be held to be a copy of itself.
    row.outcome, row.reason, row.message_key, row.released_by = PENDING, "", "", actor.person_id or 0
    row.save(update_fields=["outcome", "reason", "message_key", "released_by"])
    audit(actor, [Act(f"delivery:{row.id}", "delivery.released", row.enterprise_id, {"was": was})], at=at)
    scope = {"provider_id": row.provider_id, "enterprise_id": row.enterprise_id}
    jobs.defer(settle_again, **scope, delivery_id=row.id)


@service
def take_original(*, actor: Actor, delivery_id: int, at: datetime, why: str = "") -> bytes:
    """The bytes as they came, with everything in them. Raises NotFound, NotAllowed."""
    row = _locked(actor, delivery_id, "original.see")
    told = {"delivery": row.id, "why": clean(why, field="why", limit=500, required=False)}
    audit(actor, [Act(_chain(actor, row), "original.seen", row.enterprise_id, told)], at=at)
    return store.path(row.sha256).read_bytes()


@service
def note_pictures(*, actor: Actor, delivery_id: int, at: datetime) -> None:
    """Somebody lets a message fetch its remote pictures: its sender learns that it was read."""
    row = _found(delivery_id)
    act = Act(_chain(actor, row), "pictures.fetched", row.enterprise_id, {"delivery": row.id})
    audit(actor, [act], at=at)


def _locked(actor: Actor, delivery_id: int, right: str) -> RawMessage:
    row = _found(delivery_id)
    policies.require(actor, right, row.enterprise_id)
    return row


def _found(delivery_id: int) -> RawMessage:
    found: RawMessage | None = RawMessage.objects.select_for_update().filter(id=delivery_id).first()
    if found is None:
        raise NotFound(what="delivery", value=delivery_id)
    return found


def _chain(actor: Actor, row: RawMessage) -> str:
    """The ticket's own record where it has come to one; its lock keeps two writers of the record apart."""
    if row.ticket_id is None:
        return f"delivery:{row.id}"
    locked(actor, [row.ticket_id])
    return f"ticket:{row.ticket_id}"
