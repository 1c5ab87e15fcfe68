"""The queue: what waits, whose it is, and how much time is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.desk import forms, queries, services
from tierline.domain.errors import NotAllowed
from tierline.domain.lifecycle import State
from tierline.domain.priority import Priority
from tierline.domain.sla import Reading
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, Actor

GROUPS = ("tier", "sla")
_PRIORITIES = tuple(p.value for p in Priority)
_STATES = tuple(s.value for s in State)
_FILTERS = ("view", "priority", "tier", "state", "q", "group")


@dataclass(frozen=True, slots=True)
class Row:
    ticket: Any
    customer: str
    assignee: Contact | None
    clocks: Sequence[Reading]


@dataclass(frozen=True, slots=True)
class Lane:
    """``tier`` is None where rows are not grouped."""

    tier: int | None
    rows: Sequence[Row]
    unassigned: int
    people: Sequence[Contact]


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    actor = _worker(request)
    wanted, asked = _wanted(request)
    with tenancy.reading(actor):
        page = queries.page(actor, wanted, cursor=request.GET.get("cursor", ""), limit=50)
        rows = rows_of(actor, page.tickets, request)
    group = asked.get("group") or "tier"
    shown = {
        "section": "mine" if wanted.view == "mine" else "queue",
        "view": wanted.view,
        "views": queries.VIEWS,
        "asked": asked,
        "group": group,
        "groups": GROUPS,
        "lanes": _lanes(rows) if group == "tier" else [Lane(None, rows, 0, ())],
        "row_count": len(rows),
        "priorities": _PRIORITIES,
        "states": _STATES,
        "is_filtered": any(asked.get(name) for name in ("priority", "tier", "state", "q")),
        "next_query": urlencode({**asked, "cursor": page.next_cursor}) if page.next_cursor else "",
        "at": request.received_at,  # type: ignore[attr-defined]
        "may_act": actor.role != AUDITOR,
        "done": request.GET.get("done", ""),
    }
    return render(request, "desk/queue.html", shown)


@require_safe
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """The panel beside the list: the question, the clocks, the last word."""
    actor = _worker(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        events = queries.events(actor, ticket)
        readings = queries.readings(actor, ticket, at=at)
        people = accounts.people([ticket.requester_id, ticket.assignee_id])
        customer = accounts.customers([ticket.customer_id]) if ticket.customer_id else {}
        moves = queries.allowed_moves(actor, ticket)
    said = [e for e in events if e.words.get("text")]
    shown = {
        "ticket": ticket,
        "first": said[0] if said else None,
        "last": said[-1] if len(said) > 1 else None,
        "clocks": head_clocks(visible_clocks(readings)),
        "requester": people.get(ticket.requester_id or 0),
        "assignee": people.get(ticket.assignee_id or 0),
        "customer": customer.get(ticket.customer_id or 0),
        "moves": moves,
        "at": at,
    }
    return render(request, "desk/_peek.html", shown)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One verb on the selected rows: all of them or none."""
    actor = _worker(request)
    form = forms.Bulk(request.POST)
    seen = dict(_pairs(request.POST.getlist("seen")))
    back = f"/queue?{request.POST.get('back', '')}"
    if not seen or not form.is_valid():
        return redirect(back)
    given, at = form.cleaned_data, request.received_at  # type: ignore[attr-defined]
    if given["verb"] == "claim":
        services.claim_tickets(actor=actor, seen=seen, at=at)
    elif given["verb"] == "assign":
        services.assign_tickets(actor=actor, seen=seen, assignee_id=given["assignee"] or 0, at=at)
    elif given["verb"] == "resume":
        services.resume_tickets(actor=actor, seen=seen, at=at)
    return redirect(f"{back}&{urlencode({'done': given['verb']})}")


def rows_of(actor: Actor, tickets: Sequence[Any], request: HttpRequest) -> list[Row]:
    at = request.received_at  # type: ignore[attr-defined]
    customers = accounts.customers(t.customer_id for t in tickets if t.customer_id)
    people = accounts.people([*(t.assignee_id for t in tickets), *(t.requester_id for t in tickets)])
    readings = queries.readings_of(actor, tickets, at=at)
    return [
        Row(
            ticket=t,
            customer=customers[t.customer_id].name if t.customer_id in customers else _name(people.get(t.requester_id)),
            assignee=people.get(t.assignee_id) if t.assignee_id else None,
            clocks=readings.get(t.id, ()),
        )
        for t in tickets
    ]


def visible_clocks(readings: Sequence[Reading]) -> list[Reading]:
    """The latest cycle of each kind that has begun, what still counts first."""
    latest: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        if reading.state not in ("idle", "merged", "dismissed"):
            latest[reading.kind, reading.party] = reading
    order = {"running": 0, "breached": 1, "paused": 2, "met": 3}
    return sorted(latest.values(), key=lambda r: (order.get(r.state, 4), r.due_at is None, r.due_at or r.started_at))


def head_clocks(readings: Sequence[Reading]) -> list[Reading]:
    """The three at the top of a ticket: the first answer, then what is due soonest."""
    first = [r for r in readings if r.kind == "first_response"]
    rest = [r for r in readings if r.kind not in ("first_response", "grading")]
    return [*first, *rest][:3]


def _lanes(rows: Sequence[Row]) -> list[Lane]:
    lanes = []
    for tier in (1, 2, 3):
        own = [row for row in rows if row.ticket.tier == tier]
        people = {row.assignee.id: row.assignee for row in own if row.assignee}
        if own:
            lanes.append(Lane(tier, own, sum(row.assignee is None for row in own), list(people.values())))
    return lanes


def _wanted(request: HttpRequest) -> tuple[queries.Filter, dict[str, str]]:
    """What the address asks for; an unknown choice is no filter rather than an error page."""
    asked = {name: request.GET[name].strip() for name in _FILTERS if request.GET.get(name, "").strip()}
    view = asked.get("view", "queue")
    tier, state, priority = (asked.get(name, "") for name in ("tier", "state", "priority"))
    wanted = queries.Filter(
        view=view if view in queries.VIEWS else "queue",
        state=state if state in _STATES else "",
        tier=int(tier) if tier in ("1", "2", "3") else None,
        priority=priority if priority in _PRIORITIES else "",
        enterprise_id=request.in_view,  # type: ignore[attr-defined]
        q=asked.get("q", "").replace("\x00", "")[:200],
    )
    return wanted, asked


def _worker(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR):
        raise NotAllowed(right="queue.read", role=actor.role)
    return actor


def _pairs(given: Sequence[str]) -> list[tuple[int, int]]:
    split = (text.partition(":") for text in given)
    return [(int(i), int(v)) for i, _, v in split if i.isdecimal() and v.isdecimal() and len(i) < 19 and len(v) < 19]


def _name(person: Contact | None) -> str:
    return person.name if person else ""
