"""Who may look ahead, and who may move tickets to other terms."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, MANAGER, Actor

# How far back a preview may look.
LONGEST_DAYS = 366

GRANTS: Mapping[str, frozenset[str]] = {
    "preview.read": frozenset({ADMIN, MANAGER, AUDITOR}),
    "preview.run": frozenset({ADMIN, MANAGER}),
    "agreement.rebase": frozenset({MANAGER}),
}


def may(actor: Actor, right: str) -> bool:
    return actor.role in GRANTS[right]


def require(actor: Actor, right: str, enterprise_id: int | None = None) -> None:
    """Raises NotAllowed."""
    if not may(actor, right) or (enterprise_id is not None and enterprise_id not in actor.enterprises):
        raise NotAllowed(right=right, role=actor.role)
