"""值班: one page for the phone - what pages me, my shift, what I have, and what the next shift must know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.desk import policies, queries, services
from tierline.desk.queries import oncall as oncall_queries
from tierline.desk.views.rows import rows_of
from tierline.domain.errors import DomainError, Missing, NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ENGINEER, MANAGER, Actor
from tierline.plumbing.http import status_of, wording
from tierline.workforce import queries as workforce
from tierline.workforce import services as duty

_CARDS = 3
_MINE = 30


@dataclass(frozen=True, slots=True)
class Seat:
    """A stretch of duty as the page shows it: ``done`` per cent of it are over."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    done: int
    left: timedelta


@dataclass(frozen=True, slots=True)
class Note:
    row: Any
    writer: Contact | None
    tickets: tuple[Any, ...]


@require_safe
def oncall(request: HttpRequest) -> HttpResponse:
    return _page(request, _worker(request))


@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    """Away for some minutes, away until said otherwise, or here."""
    actor, at = _worker(request), request.received_at  # type: ignore[attr-defined]
    minutes = request.POST.get("minutes", "")
    until = at + timedelta(minutes=int(minutes)) if minutes.isdecimal() and 0 < int(minutes) <= 1440 else None
    return _done(request, lambda: duty.set_presence(actor=actor, presence=_said(request), until=until, at=at))


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """The note for the next shift, with the tickets that were ticked; they are of one enterprise, or it is named."""
    actor, at = _worker(request), request.received_at  # type: ignore[attr-defined]
    picked = [int(i) for i in request.POST.getlist("ticket") if i.isdecimal() and len(i) < 19]
    enterprise = request.POST.get("enterprise", "")

    def act() -> None:
        if not enterprise.isdecimal() or len(enterprise) > 18:
            raise Missing(field="enterprise")
        text = request.POST.get("text", "")
        services.write_handover(actor=actor, enterprise_id=int(enterprise), text=text, ticket_ids=picked, at=at)

    return _done(request, act)


@require_POST
def accept_note(request: HttpRequest, note_id: int) -> HttpResponse:
    actor, at = _worker(request), request.received_at  # type: ignore[attr-defined]
    return _done(request, lambda: services.accept_handover(actor=actor, note_id=note_id, at=at))


def _done(request: HttpRequest, act: Any) -> HttpResponse:
    try:
        act()
    except DomainError as refused:
        return _page(request, _worker(request), refused=refused)
    return redirect(reverse("oncall"))


def _page(request: HttpRequest, actor: Actor, refused: DomainError | None = None) -> HttpResponse:
    at: datetime = request.received_at  # type: ignore[attr-defined]
    assert actor.person_id is not None
    with tenancy.reading(actor):
        mine = oncall_queries.mine(actor, limit=_MINE)
        cards = _cards(actor, at)
        shown = {
            "section": "oncall",
            "at": at,
            "cards": rows_of(actor, cards, at=at),
            "mine": rows_of(actor, mine, at=at),
            "houses": _houses(actor, mine),
            "seat": _seat(actor, at),
            "next": workforce.next_shift(actor.person_id, after=at),
            "around": _around(actor, at),
            "profile": workforce.profile(actor.person_id, at=at),
            "notes": _notes(actor, at),
            "swaps": _swaps(actor, at),
            "takes": actor.role == ENGINEER,
            "text": request.POST.get("text", ""),
            "picked": request.POST.getlist("ticket"),
            "refusal": wording(refused) if refused else "",
        }
    return render(request, "desk/oncall.html", shown, status=status_of(refused) if refused else 200)


def _cards(actor: Actor, at: datetime) -> list[Any]:
    """P1 of my tiers that run and that nobody of my tier has taken: they are why a phone rings."""
    found = [t for t in oncall_queries.burning(actor, limit=20) if _calls(actor, t)]
    return found[:_CARDS]


def _calls(actor: Actor, ticket: Any) -> bool:
    if ticket.assignee_id == actor.person_id:
        return False
    if ticket.pending_tier is not None:
        return policies.works_in_tier(actor, ticket, ticket.pending_tier)
    return ticket.assignee_id is None and policies.works_in_tier(actor, ticket, ticket.tier)


def _seat(actor: Actor, at: datetime) -> Seat | None:
    assert actor.person_id is not None
    rows = workforce.duties([actor.person_id], at).get(actor.person_id, [])
    if not rows:
        return None
    row = next((r for r in reversed(rows) if r.kind == "shift"), rows[-1])
    ends_at = min(row.ends_at, row.cancelled_at or row.ends_at)
    done = 100 * (at - row.starts_at) // (ends_at - row.starts_at)
    return Seat(row.starts_at, ends_at, row.kind, int(done), ends_at - at)


def _around(actor: Actor, at: datetime) -> list[tuple[Contact | None, Any]]:
    """Who else is on duty for my enterprises now."""
    rows = [d for e in actor.tiers for d in (*workforce.on_shift(e, at), *workforce.on_shift(e, at, kind="standby"))]
    once = {d.person_id: d for d in reversed(rows) if d.person_id != actor.person_id}
    people = accounts.people(once)
    found = [(people.get(i), d) for i, d in once.items()]
    return sorted(found, key=lambda pair: (pair[1].kind != "shift", pair[1].tier or 0, pair[1].person_id))


def _notes(actor: Actor, at: datetime) -> list[Note]:
    """Notes of my tier, or a lower one, that wait to be accepted by somebody else than their writer."""
    rows = [n for n in workforce.open_notes(actor.tiers) if (actor.tiers.get(n.enterprise_id) or 3) >= n.tier]
    people = accounts.people(n.from_person for n in rows)
    tickets = queries.tickets(actor, [i for n in rows for i in n.tickets])
    return [Note(n, people.get(n.from_person), tuple(tickets[i] for i in n.tickets if i in tickets)) for n in rows]


def _swaps(actor: Actor, at: datetime) -> list[tuple[Any, Contact | None]]:
    assert actor.person_id is not None
    rows = [s for s in workforce.swaps(actor.person_id, after=at) if s.to_person == actor.person_id]
    people = accounts.people(s.asked_by for s in rows)
    return [(s, people.get(s.asked_by or 0)) for s in rows]


def _houses(actor: Actor, mine: Iterable[Any]) -> list[tuple[int, str]]:
    """The enterprises that a note can be about; those of one's tickets first."""
    busy = {t.enterprise_id for t in mine}
    rows = [e for e in accounts.enterprises() if e.id in actor.tiers]
    return [(e.id, e.name) for e in sorted(rows, key=lambda e: (e.id not in busy, e.id))]


def _said(request: HttpRequest) -> str:
    return "away" if request.POST.get("presence") == "away" else "here"


def _worker(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER) or actor.own_enterprise_id is not None:
        raise NotAllowed(right="oncall.read", role=actor.role)
    return actor
