"""通话: a telephone call, written down when it happened or later."""

from __future__ import annotations

from datetime import datetime, timedelta

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import Invalid
from tierline.domain.lifecycle import Move
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

DIRECTIONS = ("in", "out")

# Writing it down takes a moment; what is entered later than this changes what was known, and needs the right to.
AT_ONCE = timedelta(minutes=10)


class CallToCome(Invalid):
    """Nobody writes down a call that has not been. ``field``."""

    code = "call_to_come"


class CallBeforeTicket(Invalid):
    """The call is older than the ticket's own beginning. ``field``, ``began``."""

    code = "call_before_ticket"


@service
def log_calls(
    *,
    actor: Actor,
    seen: Seen,
    direction: str,
    two_way: bool,
    text: str,
    at: datetime,
    happened_at: datetime | None = None,
) -> list[Ticket]:
    """A call with the requester. ``two_way``: both spoke; only such a call of staff's is an answer.

    ``happened_at`` before the last ten minutes needs the permission to backdate; a verdict that it changes is restated.
    """
    if direction not in DIRECTIONS:
        raise Invalid(field="direction", value=direction, allowed=list(DIRECTIONS))
    when = happened_at or at
    said = clean(text, field="text", limit=TEXT_LIMIT)
    tickets = load(actor, seen, "call", Move.CALL)
    if when > at:
        raise CallToCome(field="happened_at")
    for ticket in tickets:
        if when < ticket.started_at:
            raise CallBeforeTicket(field="happened_at", began=ticket.started_at)
        if when < at - AT_ONCE:
            policies.require(actor, "backdate", ticket)
    call = Draft("call", {"direction": direction, "two_way": two_way}, {"text": said}, occurred_at=when)
    return each(actor, tickets, "call", lambda t: [call], at=at)
