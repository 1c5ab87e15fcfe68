"""Who may say what people can do and when they work."""

from __future__ import annotations

from collections.abc import Container, Mapping

from tierline.domain.errors import NotAllowed, NotFound
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "skill.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "shift.plan": frozenset({ADMIN, MANAGER, SYSTEM}),
    "credential.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "leave.settle": frozenset({ADMIN, MANAGER, SYSTEM}),
    # Everybody who works here sees who is on duty; people's papers are for those who answer for them.
    "roster.read": frozenset({ADMIN, MANAGER, ENGINEER, AUDITOR, SYSTEM}),
    "people.read": frozenset({ADMIN, MANAGER, AUDITOR}),
}


def require(actor: Actor, right: str) -> None:
    if actor.role not in GRANTS[right]:
        raise NotAllowed(right=right, role=actor.role)


def require_reach(actor: Actor, right: str, enterprise_id: int | None) -> None:
    if enterprise_id is not None and enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)


def may(actor: Actor, right: str) -> bool:
    return actor.role in GRANTS[right] and actor.own_enterprise_id is None


def worker(actor: Actor, right: str) -> int:
    """The actor's own id, where one acts for oneself: the provider's engineers and managers."""
    if actor.person_id is None or actor.own_enterprise_id is not None or actor.role not in (ENGINEER, MANAGER):
        raise NotAllowed(right=right, role=actor.role)
    return actor.person_id


def require_own(actor: Actor, own: Container[int], wanted: int, what: str) -> None:
    """Another's is not there."""
    if wanted not in own:
        raise NotFound(what=what, id=wanted)
