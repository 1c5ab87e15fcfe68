"""Who sets what may be answered, who judges, and who reads the figures."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "answer.read": frozenset({ENGINEER, MANAGER, AUDITOR}),
    "answer.policy": frozenset({MANAGER}),
    "answer.evaluate": frozenset({MANAGER}),
    "answer.judge": frozenset({ENGINEER, MANAGER}),
    "answer.give": frozenset({SYSTEM}),
}


def may(actor: Actor, right: str) -> bool:
    return actor.role in GRANTS[right]


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if not may(actor, right) or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
