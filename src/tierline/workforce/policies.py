"""Who may say what people can do and when they work."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "skill.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "shift.plan": frozenset({ADMIN, MANAGER, SYSTEM}),
}


def require(actor: Actor, right: str) -> None:
    if actor.role not in GRANTS[right]:
        raise NotAllowed(right=right, role=actor.role)


def require_reach(actor: Actor, right: str, enterprise_id: int | None) -> None:
    if enterprise_id is not None and enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
