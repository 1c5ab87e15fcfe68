"""Who may administer people and reach."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "enterprise.create": frozenset({ADMIN, SYSTEM}),
    "customer.create": frozenset({ADMIN, MANAGER, SYSTEM}),
    "person.create": frozenset({ADMIN, SYSTEM}),
    "requester.create": frozenset({ADMIN, MANAGER, SYSTEM}),
    "assignment.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "key.create": frozenset({ADMIN, SYSTEM}),
    "right.settle": frozenset({ADMIN, MANAGER}),
}


def require(actor: Actor, right: str) -> None:
    if actor.role not in GRANTS[right]:
        raise NotAllowed(right=right, role=actor.role)


def require_reach(actor: Actor, enterprise_id: int) -> None:
    if enterprise_id not in actor.enterprises:
        raise NotAllowed(right="enterprise.reach", role=actor.role)
