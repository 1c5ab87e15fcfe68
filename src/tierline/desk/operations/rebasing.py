"""Moving open tickets to a newer version of their agreement: their running clocks go on under its terms from now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from tierline.agreements import queries as agreements
from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, locked, record_commands
from tierline.domain.errors import DomainError, NotFound
from tierline.plumbing.actor import Actor


class NotNewer(DomainError):
    """Tickets move to a version of their own agreement that is newer and in force. ``version``, ``ticket``."""

    code: ClassVar[str] = "agreement_not_newer"


def rebase_tickets(*, actor: Actor, ticket_ids: Sequence[int], version: int, at: datetime) -> list[Ticket]:
    """The tickets that were moved now; one that is there already, or not open any more, is passed over.

    Raises NotFound, NotAllowed, NotNewer; then none of them is moved.
    """
    tickets = locked(actor, ticket_ids)
    for ticket in tickets:
        policies.require(actor, "rebase", ticket)
    moving = [t for t in tickets if t.is_open and t.agreement_id != version]
    if not moving:
        return []
    _require_newer(moving, version, at)
    return record_commands(
        actor,
        [
            Command(t, "rebase", [Draft("clock_rebased", {"agreement": version, "was": t.agreement_id})], is_edit=False)
            for t in moving
        ],
        at=at,
    )


def _require_newer(tickets: Sequence[Ticket], version: int, at: datetime) -> None:
    rows = agreements.versions({version, *(t.agreement_id for t in tickets if t.agreement_id is not None)})
    target = rows.get(version)
    if target is None:
        raise NotFound(what="agreement_version", id=version)
    for ticket in tickets:
        own = rows[ticket.agreement_id or 0]
        is_next = own.agreement_id == target.agreement_id and own.number < target.number
        is_in_force = target.effective_from <= at and (target.effective_to is None or target.effective_to > at)
        if not is_next or not is_in_force:
            raise NotNewer(version=target.number, ticket=ticket.number)
