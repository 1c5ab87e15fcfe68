"""Known errors beside a ticket: which of them it may be, for the closing form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.desk import queries as desk
from tierline.domain.errors import NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.problems import queries

_LIMIT = 8
_READ = 2000


@require_safe
def known_errors(request: HttpRequest, number: str) -> HttpResponse:
    """A fragment: those that speak of what the ticket says, the best first, after the one it cites already."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not queries.may_read(actor):
        raise NotAllowed(right="known_error.read", role=actor.role)
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        said = next((e.words.get("text", "") for e in desk.events(actor, ticket) if e.type == "opened"), "")
        hits = queries.search(ticket.enterprise_id, f"{ticket.subject}\n{said[:_READ]}", limit=_LIMIT)
        cited = queries.known_errors([ticket.known_error_id]).get(ticket.known_error_id or 0)
    found = [hit.known_error for hit in hits if cited is None or hit.known_error.id != cited.id]
    shown = {"ticket": ticket, "known": [cited, *found] if cited else found, "cited": cited}
    return render(request, "problems/_known_errors.html", shown)
