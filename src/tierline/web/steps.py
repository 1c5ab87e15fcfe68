"""受理-排障-验证-归档: the four steps that every page draws of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

_NAMES = ("accept", "troubleshoot", "verify", "archive")
_REACHED = {"new": 0, "open": 1, "waiting": 1, "resolved": 2, "verified": 3, "archived": 4}


class Step(NamedTuple):
    """``look``: done, now or nothing; ``at``: when it was done."""

    name: str
    look: str
    at: datetime | None


def steps(ticket: Any) -> list[Step]:
    """The first step that is not done is the one that is now."""
    reached = _REACHED[ticket.state]
    when = (ticket.opened_at, ticket.resolved_at, ticket.verified_at, ticket.archived_at)
    looks = ["done" if n < reached else "now" if n == reached else "" for n in range(4)]
    return [
        Step(name, look, at if look == "done" else None) for name, look, at in zip(_NAMES, looks, when, strict=True)
    ]
