"""Who writes knowledge, and who may read which of it."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

PUBLIC, CUSTOMER, INTERNAL = "public", "customer", "internal"
AUDIENCES = (PUBLIC, CUSTOMER, INTERNAL)


_WRITERS = frozenset({ENGINEER, MANAGER, ADMIN, SYSTEM})
GRANTS: Mapping[str, frozenset[str]] = {
    "article.draft": _WRITERS,
    "article.publish": _WRITERS,
    "article.retire": _WRITERS,
}


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)


def audiences(actor: Actor | None) -> tuple[str, ...]:
    """What a reader may see: internal for the support team, customer for who signed in, public for anyone."""
    if actor is None:
        return (PUBLIC,)
    return AUDIENCES if actor.role in (*_WRITERS, AUDITOR) else (PUBLIC, CUSTOMER)
