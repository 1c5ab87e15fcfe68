"""What did not reach the requester, on its ticket, and the button that tries it anew."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tierline.channels import policies, queries, services
from tierline.channels.models.outbound import BOUNCED, FAILED
from tierline.desk import queries as desk
from tierline.domain.errors import NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor


@require_safe
def undelivered(request: HttpRequest, number: str) -> HttpResponse:
    """A fragment of the ticket's page, empty while everything arrived."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        policies.require(actor, "original.see", ticket.enterprise_id)
        lost = [row for row in queries.sent(ticket.id) if row.state in (FAILED, BOUNCED)]
    may = policies.may(actor, "delivery.repeat", ticket.enterprise_id)
    shown = {"ticket": ticket, "lost": lost, "may_repeat": may, "at": request.received_at}  # type: ignore[attr-defined]
    return render(request, "channels/_undelivered.html", shown)


@require_POST
def repeat(request: HttpRequest, number: str, outbound: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        if outbound not in {row.id for row in queries.sent(ticket.id)}:
            raise NotFound(what="delivery", value=outbound)
    services.send_again(actor=actor, outbound_id=outbound, at=request.received_at)  # type: ignore[attr-defined]
    return redirect(f"{reverse('ticket', args=[ticket.number])}?done=repeat#latest")
