"""撤销: an act of a moment ago is taken back, by the one who did it, while nothing else has happened since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tierline.desk import clocks, policies
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.operations.recording import locked
from tierline.desk.services.act import Seen, each
from tierline.domain.errors import DomainError
from tierline.domain.events import TAKEN_BACK_BY, Event
from tierline.domain.ticket import Snapshot, fold
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

UNDO_WITHIN = timedelta(seconds=10)


class NotUndoable(DomainError):
    """The newest thing on the ticket's record is not an act of this person's that may be taken back."""

    code = "not_undoable"


class UndoTooLate(DomainError):
    """The ten seconds are over; the ordinary verbs change it."""

    code = "undo_too_late"


@service
def undo_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """Take the newest act back. ``seen`` names the versions that the act made.

    Recorded as the inverse event with ``undoes``; the folds ignore both, so clocks stand as if neither had happened.
    Anything recorded since - a colleague's word, a page, a breach - is a reason to refuse.
    """
    tickets = locked(actor, seen, seen=seen)
    events = clocks.history(t.id for t in tickets)
    drafts = {}
    for ticket in tickets:
        policies.require(actor, "undo", ticket)
        drafts[ticket.id] = _inverse(events[ticket.id], _undoable(actor, ticket, events[ticket.id][-1], at))
    return each(actor, tickets, "undo", lambda t: [drafts[t.id]], at=at)


def _undoable(actor: Actor, ticket: Ticket, last: Event, at: datetime) -> Event:
    is_act = last.type in TAKEN_BACK_BY and "undoes" not in last.payload
    if not is_act or actor.person_id is None or last.actor_id != actor.person_id:
        raise NotUndoable(ticket=ticket.number, last=last.type)
    if at - last.occurred_at > UNDO_WITHIN:
        raise UndoTooLate(ticket=ticket.number, seconds=int(UNDO_WITHIN.total_seconds()))
    return last


def _inverse(events: Sequence[Event], last: Event) -> Draft:
    before, now = fold(events[:-1]), fold(events)
    return Draft(TAKEN_BACK_BY[last.type], {**_INVERSE[last.type](before, now), "undoes": last.seq})


def _assigned(before: Snapshot, now: Snapshot) -> Mapping[str, Any]:
    return {"assignee": before.assignee, "was": now.assignee}


def _prioritised(before: Snapshot, now: Snapshot) -> Mapping[str, Any]:
    graded = {"impact": before.impact, "urgency": before.urgency, "priority_reason": before.priority_reason}
    return {**graded, "priority": before.priority, "was": now.priority}


def _classified(before: Snapshot, now: Snapshot) -> Mapping[str, Any]:
    return {"service": before.service, "fault_class": before.fault_class}


def _resumed(before: Snapshot, now: Snapshot) -> Mapping[str, Any]:
    return {"why": "undone"}


def _waits_again(before: Snapshot, now: Snapshot) -> Mapping[str, Any]:
    return {"on": before.waiting_on, "until": before.waiting_until}


_INVERSE: Mapping[str, Callable[[Snapshot, Snapshot], Mapping[str, Any]]] = {
    "assigned": _assigned,
    "prioritised": _prioritised,
    "classified": _classified,
    "waited": _resumed,
    "resumed": _waits_again,
}
