"""排障清单 on a ticket: one step after the other, each with what it showed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tierline.accounts import queries as accounts
from tierline.desk import policies, queries, services
from tierline.desk.queries import checking
from tierline.desk.services.check import RESULTS
from tierline.domain.errors import DomainError, NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not policies.sees_internal(actor):
        raise NotAllowed(right="ticket.check", role=actor.role)
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        told = checking.progress(ticket, queries.events(actor, ticket))
        people = accounts.people(result.actor_id for _, result in (told.steps if told else ()) if result)
        moves = queries.allowed_moves(actor, ticket)
    refused, status = "", 200
    if request.method == "POST" and told is not None:
        try:
            services.record_check(
                actor=actor,
                seen={ticket.id: _whole(request.POST.get("version", ""))},
                checklist=told.checklist.id,
                version=told.checklist.version,
                step=_whole(request.POST.get("step", "")),
                result=request.POST.get("result", ""),
                text=request.POST.get("text", ""),
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as error:
            if error.code == "not_allowed":
                raise
            refused, status = wording(error), status_of(error)
        else:
            return redirect(f"{reverse('ticket_checklist', args=[ticket.number])}#next")
    shown = {
        "section": "ticket",
        "ticket": ticket,
        "told": told,
        "people": people,
        "results": RESULTS,
        "may_check": "note" in moves and actor.is_staff,
        "refused": refused,
        "at": request.received_at,  # type: ignore[attr-defined]
    }
    return render(request, "desk/checklist.html", shown, status=status)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
