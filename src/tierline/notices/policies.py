"""Who has a notice centre, and who may have an enterprise's tickets told to an outside address."""

from __future__ import annotations

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, DEPARTMENT, ENGINEER, MANAGER, Actor

READERS = frozenset({ADMIN, MANAGER, ENGINEER, AUDITOR, DEPARTMENT})
GOVERNORS = frozenset({ADMIN, MANAGER})


def may_read(actor: Actor) -> bool:
    return actor.role in READERS and actor.person_id is not None


def require_reader(actor: Actor) -> None:
    if not may_read(actor):
        raise NotAllowed(right="notice.read", role=actor.role)


def governs(actor: Actor) -> bool:
    return actor.role in GOVERNORS and actor.own_enterprise_id is None


def require_governor(actor: Actor, enterprise_id: int) -> None:
    if not governs(actor) or enterprise_id not in actor.enterprises:
        raise NotAllowed(right="hook.change", role=actor.role)
