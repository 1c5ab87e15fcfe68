"""Who may administer the doors, and see what came through them."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "mailbox.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "delivery.see": frozenset({ADMIN, MANAGER, AUDITOR, SYSTEM}),
}


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    """Raises NotAllowed: by role, or for an enterprise out of reach."""
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
