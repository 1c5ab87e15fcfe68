"""The fixed order every verb shares: load in scope, check permission, ask the lifecycle, write, announce."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, locked, record_commands
from tierline.domain import lifecycle
from tierline.domain.errors import DomainError
from tierline.domain.lifecycle import IllegalMove, Move, State
from tierline.domain.ticket import moves_of
from tierline.plumbing.actor import Actor

Seen = Mapping[int, int]
"""ticket id -> the version the caller was looking at"""


class MergedTicket(DomainError):
    """The ticket was merged; what is to be done is done on ``into``."""

    code = "merged_ticket"


def load(actor: Actor, seen: Seen, verb: str, move: Move) -> list[Ticket]:
    """The tickets, locked, each at the seen version and in a state that allows the move."""
    tickets = locked(actor, seen, seen=seen)
    for ticket in tickets:
        policies.require(actor, verb, ticket)
        require_move(ticket, move)
    return tickets


def require_move(ticket: Ticket, move: Move) -> None:
    """Raises MergedTicket or IllegalMove with the legal moves."""
    allowed = moves_of(ticket.snapshot())
    if move.value in allowed:
        return
    if ticket.merged_into_id is not None:
        raise MergedTicket(ticket=ticket.number, into=ticket.merged_into_id)
    lifecycle.after(State(ticket.state), move)
    raise IllegalMove(state=ticket.state, move=move.value, legal=allowed)


def each(
    actor: Actor,
    tickets: Sequence[Ticket],
    action: str,
    drafts: Callable[[Ticket], Sequence[Draft]],
    *,
    at: datetime,
) -> list[Ticket]:
    """One command per ticket, written as a set."""
    return record_commands(actor, [Command(ticket, action, drafts(ticket)) for ticket in tickets], at=at)
