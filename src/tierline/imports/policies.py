"""Who may bring tickets over."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {"ticket.import": frozenset({MANAGER, ADMIN, SYSTEM})}


def require(actor: Actor, enterprise_id: int) -> None:
    if actor.role not in GRANTS["ticket.import"] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right="ticket.import", role=actor.role)
