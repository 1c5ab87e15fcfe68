"""The next ticket for me; and for one ticket: why this person, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.desk import policies, queries, services
from tierline.desk.queries import routing
from tierline.desk.services.dispatch import NothingToTake
from tierline.domain.errors import NotFound
from tierline.domain.routing import PARTS
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of


@dataclass(frozen=True, slots=True)
class Ranked:
    person: Contact | None
    score: int
    parts: tuple[tuple[str, int], ...]
    load: int
    cap: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Refused:
    person: Contact | None
    code: str
    about: str


@dataclass(frozen=True, slots=True)
class Told:
    """One decision as the page shows it. ``trigger`` is empty for what would be decided now."""

    at: datetime
    trigger: str
    by: Contact | None
    chosen: Contact | None
    ranked: tuple[Ranked, ...]
    refused: tuple[Refused, ...]


@require_POST
def next_for_me(request: HttpRequest) -> HttpResponse:
    """Taken, and opened."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        taken = services.next_ticket(actor=actor, at=request.received_at)  # type: ignore[attr-defined]
    except NothingToTake as nothing:
        why = [gettext(f"page.why_not.{code}") for code in nothing.facts["why"]]
        shown = {"section": "queue", "waiting": nothing.facts["waiting"], "why": why}
        return render(request, "desk/nothing.html", shown, status=status_of(nothing))
    return redirect(f"{reverse('ticket', args=[taken.number])}?done=claim")


@require_safe
def why(request: HttpRequest, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        if not policies.sees_internal(actor):
            raise NotFound(what="ticket", value=number)
        kept = routing.decisions(actor, ticket)
        now = routing.explained(actor, ticket, at=at) if ticket.is_open else None
        people = accounts.people(_named(kept, now))
    told = [_kept(d, people) for d in kept]
    shown = {
        "section": "ticket",
        "ticket": ticket,
        "decisions": told,
        "now": _now(now, people, at) if now else None,
        "parts": PARTS,
        "assignee": people.get(ticket.assignee_id or 0),
        "at": at,
    }
    return render(request, "desk/routing.html", shown)


def _named(kept: Any, now: Any) -> list[int | None]:
    ids: list[int | None] = [i for d in kept for i in (d.chosen_id, d.by_id)]
    ids += [row[0] for d in kept for row in (*d.ranked, *d.refused)]
    return ids + ([c.engineer for c in now.ranked] + [r.engineer for r in now.refused] if now else [])


def _kept(decision: Any, people: Any) -> Told:
    return Told(
        decision.at,
        decision.trigger,
        people.get(decision.by_id),
        people.get(decision.chosen_id),
        tuple(
            Ranked(people.get(i), score, tuple(zip(PARTS, points, strict=False)), load, cap, i == decision.chosen_id)
            for i, score, points, load, cap in decision.ranked
        ),
        tuple(Refused(people.get(i), code, about) for i, code, about in decision.refused),
    )


def _now(decision: Any, people: Any, at: datetime) -> Told:
    ranked = tuple(
        Ranked(
            people.get(c.engineer),
            c.score,
            tuple(zip(PARTS, c.points, strict=True)),
            c.load,
            c.cap,
            c.engineer == decision.chosen,
        )
        for c in decision.ranked
    )
    refused = tuple(Refused(people.get(r.engineer), r.code, r.about) for r in decision.refused)
    return Told(at, "", None, people.get(decision.chosen), ranked, refused)
