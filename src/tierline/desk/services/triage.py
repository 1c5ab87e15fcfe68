"""分级: what it is and how pressing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.agreements import queries as agreements
from tierline.desk import clocks
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain import priority
from tierline.domain.errors import DomainError, Invalid, Missing, NotFound
from tierline.domain.events import standing
from tierline.domain.lifecycle import Move
from tierline.domain.sla import lowering_needs_second_person
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

REASONS = ("first", "worsened", "misread")


class SecondPersonNeeded(DomainError):
    """So late a ticket may be lowered only by somebody else than who graded it last."""

    code = "second_person_needed"


@service
def classify_tickets(*, actor: Actor, seen: Seen, service: str, fault_class: str, at: datetime) -> list[Ticket]:
    """Name the service (by its catalogue code) and the fault class. Raises NotFound for an unknown code."""
    tickets = load(actor, seen, "classify", Move.CLASSIFY)
    fault = clean(fault_class, field="fault_class", limit=60, required=False).strip()
    ids = {t.enterprise_id: _service_id(t.enterprise_id, service) for t in tickets}
    return each(
        actor,
        tickets,
        "classify",
        lambda t: [Draft("classified", {"service": ids[t.enterprise_id], "fault_class": fault})],
        at=at,
    )


@service
def prioritise_tickets(
    *, actor: Actor, seen: Seen, impact: str, urgency: str, reason: str, at: datetime
) -> list[Ticket]:
    """Set P1..P4 from the matrix. ``first`` grades; a change says whether it worsened or was misread."""
    if reason not in REASONS:
        raise Invalid(field="reason", value=reason, allowed=list(REASONS))
    tickets = load(actor, seen, "prioritise", Move.PRIORITISE)
    for ticket in tickets:
        if ticket.graded and reason == "first":
            raise Invalid(field="reason", value=reason, allowed=["worsened", "misread"])
    _require_second_person(actor, tickets, impact, urgency, at)
    return each(actor, tickets, "prioritise", lambda t: [_graded(t, impact, urgency, reason)], at=at)


def _require_second_person(actor: Actor, tickets: Sequence[Ticket], impact: str, urgency: str, at: datetime) -> None:
    """A late ticket is not made to look on time by the one who graded it (SLA.md, Priority down)."""
    events = clocks.history(t.id for t in tickets)
    read = clocks.readings(tickets, events, at=at)
    for ticket in tickets:
        own = clocks.terms_of(events)[ticket.agreement_id or 0]
        lower = priority.is_higher(ticket.priority, priority.grade(impact, urgency, own.matrix).priority)
        graders = [e.actor_id for e in standing(events[ticket.id]) if e.type == "prioritised"]
        if lower and graders[-1:] == [actor.person_id] and lowering_needs_second_person(read[ticket.id], own):
            raise SecondPersonNeeded(ticket=ticket.number, percent=own.second_person_from)


def _graded(ticket: Ticket, impact: str, urgency: str, reason: str) -> Draft:
    terms = agreements.terms([ticket.agreement_id]) if ticket.agreement_id else {}
    own = terms.get(ticket.agreement_id or 0)
    grading = priority.grade(impact, urgency, own.matrix if own is not None else priority.DEFAULT_MATRIX)
    return Draft(
        "prioritised",
        {
            "impact": grading.impact,
            "urgency": grading.urgency,
            "priority": grading.priority,
            "priority_reason": grading.reason,
            "was": ticket.priority,
            "reason": reason,
        },
    )


def _service_id(enterprise_id: int, code: str) -> int:
    if not code:
        raise Missing(field="service")
    found = agreements.services_by_code(enterprise_id, [code])
    if code not in found:
        raise NotFound(what="service", value=code)
    return found[code].id
