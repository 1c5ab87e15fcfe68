"""Who may change the catalogue and the promises."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "catalogue.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "agreement.publish": frozenset({ADMIN, MANAGER, SYSTEM}),
    "agreement.entitle": frozenset({ADMIN, MANAGER, SYSTEM}),
}


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
