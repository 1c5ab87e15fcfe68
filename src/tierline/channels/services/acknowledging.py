"""We have it: the automatic answer with the number and the next promised instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.accounts import queries as accounts
from tierline.channels import queries
from tierline.channels.wording import instant, say
from tierline.desk import queries as desk
from tierline.desk.operations import locked
from tierline.desk.operations.speaking import say_by_itself
from tierline.domain.events import Event
from tierline.domain.sla import Kind
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

if TYPE_CHECKING:
    from tierline.desk.models import Ticket

# Where somebody waits for a sign that they were heard. Other doors answer by themselves.
CHANNELS = frozenset({"email", "portal"})


@service
def acknowledge(*, actor: Actor, ticket_id: int, at: datetime) -> bool:
    """Tell the requester, unless something has been said already. Automatic: it stops no clock.

    Nobody is told about a ticket that our own side opened or split off, and a sender who writes by the
    dozen is not told each time (two machines would never stop).
    """
    seen = desk.ticket(actor, ticket_id)
    if seen.channel not in CHANNELS or seen.requester_id is None:
        return False  # a lock for nothing would keep the timers of the ticket waiting
    ticket = locked(actor, [ticket_id])[0]
    if not _is_due(ticket, desk.events(actor, ticket)):
        return False
    reader = accounts.person(seen.requester_id)
    due_at = min((r.due_at for r in desk.readings(actor, ticket, at=at) if _is_promise(r) and r.due_at), default=None)
    if due_at is None or due_at <= at:
        text = say("mail_received", language=reader.language, number=ticket.number)
    else:
        by = instant(due_at, zone=reader.zone, language=reader.language)
        text = say("mail_received_promise", language=reader.language, number=ticket.number, due=by)
    say_by_itself(actor, ticket, text, action="acknowledge", at=at)
    return True


def _is_due(ticket: Ticket, events: Sequence[Event]) -> bool:
    opening = events[0].payload
    if opening.get("by") == "staff" or opening.get("split_from") or not ticket.is_open:
        return False
    if any(event.type == "public_message" for event in events):
        return False
    came = queries.opening_delivery(ticket.id)
    return came is None or not came.is_quiet


def _is_promise(reading: object) -> bool:
    return getattr(reading, "kind", "") == Kind.FIRST_RESPONSE
