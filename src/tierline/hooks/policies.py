"""Who may have an enterprise's tickets told to an outside address, and see what went there."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "webhook.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "webhook.see": frozenset({ADMIN, MANAGER, AUDITOR, SYSTEM}),
}


def may(actor: Actor, right: str) -> bool:
    return actor.role in GRANTS[right] and actor.own_enterprise_id is None


def require(actor: Actor, right: str, enterprise_id: int | None = None) -> None:
    """Raises NotAllowed: by role, or for an enterprise out of reach."""
    if not may(actor, right) or (enterprise_id is not None and enterprise_id not in actor.enterprises):
        raise NotAllowed(right=right, role=actor.role)


def reads_tickets(actor: Actor, enterprise_id: int) -> bool:
    """An admin administers every enterprise and reads the tickets of those only where he is assigned."""
    return actor.role == SYSTEM or enterprise_id in actor.tiers


def require_reader(actor: Actor, enterprise_id: int) -> None:
    """Whoever sends out, or looks at, what is internal or what people wrote must be one who may read it."""
    if not reads_tickets(actor, enterprise_id):
        raise NotAllowed(right="ticket.read", role=actor.role)
