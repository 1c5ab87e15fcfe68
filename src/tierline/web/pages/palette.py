"""What the palette finds: tickets, the people who work them, and articles, each in the reader's own reach."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.desk import queries
from tierline.desk.queries import board
from tierline.domain.errors import NotAllowed
from tierline.domain.text import is_storable
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, Actor

TICKETS, PEOPLE, ARTICLES = 6, 4, 4
_LIMIT = 100


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR):
        raise NotAllowed(right="queue.read", role=actor.role)
    asked = request.GET.get("q", "").strip()[:_LIMIT]
    if len(asked) < 2 or not is_storable(asked):
        return render(request, "web/_found.html", {})
    at, in_view = request.received_at, request.in_view  # type: ignore[attr-defined]
    reach = [in_view] if in_view else list(actor.enterprises)
    with tenancy.reading(actor):
        people = {p.id: p for p, _, _ in accounts.engineers_of(reach, at=at) if asked.lower() in p.name.lower()}
        tickets = board.found(actor, asked, limit=TICKETS)
        into = queries.tickets(actor, [t.merged_into_id for t in tickets if t.merged_into_id])
        customers = accounts.customers(t.customer_id for t in tickets if t.customer_id)
        known = knowledge.visible(actor).within(reach)
        hits = knowledge.find(known, asked, limit=ARTICLES + TICKETS, typing=True)
        seen = {ticket.number for ticket in tickets}
    found = {
        "tickets": [(t, customers.get(t.customer_id or 0), into.get(t.merged_into_id or 0)) for t in tickets],
        "people": list(people.values())[:PEOPLE],
        "articles": [hit for hit in hits if hit.kind == "article"][:ARTICLES],
        "solved": [hit for hit in hits if hit.kind == "ticket" and hit.number not in seen][:ARTICLES],
        "errors": [hit for hit in hits if hit.kind == "known_error"][:ARTICLES],
    }
    return render(request, "web/_found.html", found)
