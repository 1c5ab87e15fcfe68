"""Who works on problems, and who may read them."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

_WORKERS = frozenset({ENGINEER, MANAGER, SYSTEM})
GRANTS: Mapping[str, frozenset[str]] = {
    "problem.record": _WORKERS,
    "problem.close": _WORKERS,
    "known_error.record": _WORKERS,
    "known_error.retire": _WORKERS,
}


_READERS = _WORKERS | {AUDITOR, ADMIN}


def may_read(actor: Actor) -> bool:
    return actor.role in _READERS


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
