"""Moving an agreement's open tickets to its newest version: look, confirm, watch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tierline.agreements import queries as agreements
from tierline.domain.errors import NotFound
from tierline.planning import policies, queries, services
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def of_agreement(request: HttpRequest, agreement: int) -> HttpResponse:
    """Where a rebase begins, and the latest of them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    if request.method == "POST":
        found = services.preview_rebase(actor=actor, agreement_id=agreement, at=at)
        return redirect(reverse("preview", args=[found]))
    with tenancy.reading(actor):
        earlier = queries.rebases_of(actor, agreement)
        versions = agreements.versions_of_agreement(agreement)
        if not versions:
            raise NotFound(what="agreement", id=agreement)
        target = queries.target_of(versions, at=at)
        open_tickets = queries.open_under(actor, versions, target)
        page = {
            "section": "agreements",
            "agreement": agreement,
            "name": versions[-1],
            "target": target,
            "open_tickets": open_tickets,
            "movable": sum(n for _, n, moves in open_tickets if moves),
            "earlier": [(p, queries.rebase_of(p)) for p in earlier],
            "may_rebase": policies.may(actor, "agreement.rebase"),
            "at": at,
        }
    return render(request, "planning/rebase.html", page)


@require_POST
def confirm(request: HttpRequest, preview_id: int) -> HttpResponse:
    services.confirm_rebase(
        actor=request.actor,  # type: ignore[attr-defined]
        preview_id=preview_id,
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(reverse("preview", args=[preview_id]))


@require_POST
def go_on(request: HttpRequest, preview_id: int) -> HttpResponse:
    """A rebase that failed goes on where it stood."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        row = queries.rebase_of(queries.preview(actor, preview_id))
    if row is None:
        raise NotFound(what="rebase", id=preview_id)
    services.resume_rebase(actor=actor, rebase_id=row.id, at=request.received_at)  # type: ignore[attr-defined]
    return redirect(reverse("preview", args=[preview_id]))
