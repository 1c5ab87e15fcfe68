"""原文: looking at words as they were written. The look is on the ticket's own record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.desk import policies, queries
from tierline.desk.operations.recording import locked
from tierline.desk.queries import originals
from tierline.domain.events import Event
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def show_originals(*, actor: Actor, ticket_ids: Sequence[int], at: datetime, seq: int | None = None) -> list[Event]:
    """The tickets' events with the words as they were written; ``seq`` only that one's.

    One entry for each ticket of which anything masked was shown: who, when and which events. A requester's look at the
    own conversation is none. Raises NotAllowed without the right to originals.
    """
    tickets = locked(actor, ticket_ids)
    shown: list[Event] = []
    acts: list[Act] = []
    for ticket in tickets:
        own = policies.owns_words(actor, ticket.requester_id, ticket.id)
        if not own:
            policies.require(actor, "original.read", ticket)
        events = [e for e in queries.written(actor, ticket) if seq is None or e.seq == seq]
        masked = [] if own else [e.seq for e in events if originals.redacted(e) is not e]
        if masked:
            acts.append(Act(f"ticket:{ticket.id}", "ticket.original_shown", ticket.enterprise_id, {"shown": masked}))
        shown += events
    if acts:
        record(actor, acts, at=at)
    return shown
