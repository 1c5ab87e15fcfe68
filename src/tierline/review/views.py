"""What the requester said of a ticket, beside the ticket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.desk import queries as desk
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.review import policies, queries


@require_safe
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """A fragment of the ticket page: for the support team only."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        found = queries.ratings([ticket.id]).get(ticket.id)
        people = accounts.people([found.by_id]) if found else {}
    shown = {
        "rating": found,
        "by": people.get(found.by_id) if found else None,
        "is_ratable": ticket.state in policies.RATABLE_STATES,
        "at": request.received_at,  # type: ignore[attr-defined]
        "scores": queries.SCORES,
    }
    return render(request, "review/_rating.html", shown)
