"""Who may change the catalogue and the promises."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, SYSTEM, Actor

GRANTS: Mapping[str, frozenset[str]] = {
    "catalogue.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "calendar.read": frozenset({ADMIN, MANAGER, ENGINEER, AUDITOR, SYSTEM}),
    "calendar.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "agreement.publish": frozenset({ADMIN, MANAGER, SYSTEM}),
    "agreement.entitle": frozenset({ADMIN, MANAGER, SYSTEM}),
    "agreement.read": frozenset({ADMIN, MANAGER, ENGINEER, AUDITOR, SYSTEM}),
    "contract.change": frozenset({ADMIN, MANAGER, SYSTEM}),
    "party.change": frozenset({ADMIN, MANAGER, SYSTEM}),
}


def require_reader(actor: Actor) -> None:
    """Raises NotAllowed. Which enterprises are read is the scope's to say."""
    if actor.role not in GRANTS["agreement.read"]:
        raise NotAllowed(right="agreement.read", role=actor.role)


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)


def may(actor: Actor, right: str, enterprise_id: int) -> bool:
    """The same question for a page that offers the button."""
    return actor.role in GRANTS[right] and enterprise_id in actor.enterprises
