"""Who may change the asset ledger."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.domain.errors import DomainError
from tierline.plumbing.actor import ADMIN, ENGINEER, MANAGER, SYSTEM, Actor


class NotAllowed(DomainError):
    """The actor's role does not carry this right, or the enterprise is out of reach."""

    code = "not_allowed"


GRANTS: Mapping[str, frozenset[str]] = {"asset.change": frozenset({ADMIN, MANAGER, ENGINEER, SYSTEM})}


def require(actor: Actor, right: str, enterprise_id: int) -> None:
    if actor.role not in GRANTS[right] or enterprise_id not in actor.enterprises:
        raise NotAllowed(right=right, role=actor.role)
