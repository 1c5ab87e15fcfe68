"""Who may administer the doors, and see what came through them."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "mailbox.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "delivery.see": frozenset({ADMIN, MANAGER, AUDITOR, SYSTEM}),
    "delivery.release": frozenset({ADMIN, MANAGER, SYSTEM}),
    # Whoever answers customers sees to it that the answer arrives.
    "delivery.repeat": frozenset({ADMIN, MANAGER, ENGINEER, SYSTEM}),
    # A message as it came, with everything in it: each look is recorded.
    "original.see": frozenset({ADMIN, MANAGER, AUDITOR, ENGINEER}),
}


def may(actor: Actor, right: str, enterprise_id: int) -> bool:
    return actor.role in GRANTS[right] and enterprise_id in actor.enterprises


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    """Raises NotAllowed: by role, or for an enterprise out of reach."""
    if not may(actor, right, enterprise_id):
        raise NotAllowed(right=right, role=actor.role)
