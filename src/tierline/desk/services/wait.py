"""等待: a pause with a reason, and its end."""

from __future__ import annotations

from datetime import datetime

from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.lifecycle import Move
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

ON = ("customer", "third_party", "maintenance", "date")


class NoQuestionAsked(DomainError):
    """Waiting on the customer needs a public question that the customer has not answered yet."""

    code = "no_question_asked"


@service
def wait_tickets(
    *, actor: Actor, seen: Seen, on: str, reason: str, at: datetime, until: datetime | None = None
) -> list[Ticket]:
    """Whether this stops a clock is the agreement's business. ``until`` ends it by itself; ``date`` needs one."""
    if on not in ON:
        raise Invalid(field="on", value=on, allowed=list(ON))
    if on == "date" and until is None:
        raise Missing(field="until")
    if until is not None and until <= at:
        raise Invalid(field="until", value=until.isoformat(), allowed="a later instant")
    text = clean(reason, field="reason", limit=2000)
    tickets = load(actor, seen, "wait", Move.WAIT)
    for ticket in tickets:
        if on == "customer" and not ticket.snapshot().is_answered:
            raise NoQuestionAsked(ticket=ticket.number)
    return each(actor, tickets, "wait", lambda t: [Draft("waited", {"on": on, "until": until}, {"text": text})], at=at)


@service
def resume_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    tickets = load(actor, seen, "resume", Move.RESUME)
    return each(actor, tickets, "resume", lambda t: [Draft("resumed", {"why": "person"})], at=at)
