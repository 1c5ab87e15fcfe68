"""Why is this due then: every clock's ledger on one page, or as the panel beside the conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk import policies, queries
from tierline.domain.sla import Explanation, explain
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

_NEVER = datetime.max.replace(tzinfo=UTC)


@require_safe
def clocks(request: HttpRequest, number: str) -> HttpResponse:
    """``?part=panel`` is the fragment. Who sees no internal facts reads the promises made to them, in plain words."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        told = explanations(actor, ticket, at=at)
        pinned = {e.reading.agreement for e in told if isinstance(e.reading.agreement, int)}
        versions = agreements.versions(pinned) if policies.sees_internal(actor) else {}
        enterprise = accounts.enterprise(ticket.enterprise_id)
    shown: dict[str, Any] = {"section": "ticket", "ticket": ticket, "told": told, "versions": versions, "at": at}
    if not policies.sees_internal(actor):
        return render(request, "desk/clocks_plain.html", {**shown, "portal": accounts.portal(slug=enterprise.slug)})
    part = request.GET.get("part") == "panel"
    return render(request, "desk/_ledgers.html" if part else "desk/clocks.html", shown)


def explanations(actor: Actor, ticket: Any, *, at: datetime) -> list[Explanation]:
    """The clocks that this reader may know of, what is due next first; those that never began are left out."""
    readings = [r for r in queries.readings(actor, ticket, at=at) if r.started_at is not None and r.started_at <= at]
    events = queries.events(actor, ticket)
    told = explain(readings, queries.terms_of(ticket), at=at, reader=get_current_timezone(), events=events)
    return sorted(told, key=lambda e: (not e.reading.is_open, e.reading.due_at or _NEVER))
