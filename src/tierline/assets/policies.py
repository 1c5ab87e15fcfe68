"""Who may change the asset ledger."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, ENGINEER, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {"asset.change": frozenset({ADMIN, MANAGER, ENGINEER, SYSTEM})}


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
