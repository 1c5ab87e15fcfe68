"""Who rates, until when, and who reads what was said."""

from __future__ import annotations

from datetime import timedelta

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, REQUESTER, SYSTEM, Actor

CHANGEABLE_FOR = timedelta(days=7)
RATABLE_STATES = ("verified", "archived")
_READERS = frozenset({ENGINEER, MANAGER, AUDITOR, ADMIN, SYSTEM})


def require_rater(actor: Actor) -> None:
    if actor.role != REQUESTER:
        raise NotAllowed(right="ticket.rate", role=actor.role)


def require_reader(actor: Actor) -> None:
    if actor.role not in _READERS:
        raise NotAllowed(right="rating.read", role=actor.role)
