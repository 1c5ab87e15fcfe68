"""The queue: what waits, whose it is, and how much time is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.desk import policies, queries
from tierline.desk.queries import address, board, saved_views
from tierline.desk.queries.address import Address
from tierline.desk.views import offers
from tierline.desk.views.chips import chips, choices
from tierline.desk.views.rows import Lane, lanes_of, list_of, rows_of
from tierline.domain.sla import Reading, slack
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, Actor

_ROWS_LIMIT = 200
_ARTICLES = 3
_RECENT = 4


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    actor = worker(request)
    asked, at = _address(request), _at(request)
    with tenancy.reading(actor):
        views = saved_views.views(actor)
        if not request.GET:
            own = next((v for v in views if v.is_default), None)
            if own is not None:
                return redirect(own.href)
        wanted = asked.wanted(actor, request.in_view)  # type: ignore[attr-defined]
        cursor = request.GET.get("cursor", "")
        lanes = [list_of(actor, asked, wanted, at=at, cursor=cursor)]
        if asked.group == "tier" and not cursor:
            lanes = lanes_of(actor, asked, wanted, at=at)
        shown_chips = chips(asked)
    saved = next((v for v in views if str(v.id) == request.GET.get("saved")), None)
    return render(
        request,
        "desk/queue.html",
        {
            **_frame(actor, asked, at),
            "section": "mine" if asked.view == "mine" else "queue",
            "views": board.VIEWS,
            "saved": saved,
            "groups": [(g, asked.query(group=g)) for g in address.GROUPS] if asked.view in board.OPEN else (),
            "lanes": lanes,
            "row_count": sum(len(lane.rows) for lane in lanes),
            "chips": shown_chips,
        },
    )


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """The next rows of a lane, to stand where its "more" stood."""
    actor = worker(request)
    asked, at = _address(request), _at(request)
    with tenancy.reading(actor):
        wanted = asked.wanted(actor, request.in_view)  # type: ignore[attr-defined]
        lane = list_of(actor, asked, wanted, at=at, cursor=request.GET.get("cursor", ""))
    return render(request, "desk/_more.html", {**_frame(actor, asked, at), "lane": lane})


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Of the named tickets those that the queue shows for this address, each as its row."""
    actor = worker(request)
    asked, at = _address(request), _at(request)
    ids = [int(i) for i in request.GET.get("ids", "").split(",") if i.isdecimal() and len(i) < 19][:_ROWS_LIMIT]
    with tenancy.reading(actor):
        wanted = asked.wanted(actor, request.in_view)  # type: ignore[attr-defined]
        found = board.matching(actor, wanted, at=at).filter(id__in=ids)
        lane = Lane(None, rows_of(actor, list(found), at=at))
    return render(request, "desk/_more.html", {**_frame(actor, asked, at), "lane": lane})


@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The filter box: a page of its own, or the fragment that opens over the list."""
    actor = worker(request)
    asked, at = _address(request), _at(request)
    with tenancy.reading(actor):
        offered = choices(actor, asked, request.in_view, at=at)  # type: ignore[attr-defined]
    name = "desk/_filters.html" if "HX-Request" in request.headers else "desk/filters.html"
    return render(request, name, {**_frame(actor, asked, at), "section": "queue", "choices": offered})


@require_safe
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """The panel beside the list: the question, the clocks, the last word, what may help."""
    actor, at = worker(request), _at(request)
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        events = queries.events(actor, ticket)
        readings = queries.readings(actor, ticket, at=at)
        people = accounts.people([ticket.requester_id, ticket.assignee_id])
        customers = accounts.customers([ticket.customer_id]) if ticket.customer_id else {}
        moves = queries.allowed_moves(actor, ticket)
        next_due = slack(readings, at=at)
        service = offers.service_named(ticket.service_id)
        recent = _recent(actor, ticket)
        said = [e for e in events if e.type in _SPOKEN and e.words.get("text") and not e.payload.get("automatic")]
        articles = _articles(actor, ticket, said[0].words["text"] if said else "") if ticket.is_open else []
    shown = {
        "ticket": ticket,
        "first": said[0] if said else None,
        "last": said[-1] if len(said) > 1 else None,
        "clocks": head_clocks(visible_clocks(readings)),
        "slack": next_due,
        "late_by": (at - next_due.due_at) // timedelta(minutes=1) if next_due else 0,
        "requester": people.get(ticket.requester_id or 0),
        "assignee": people.get(ticket.assignee_id or 0),
        "customer": customers.get(ticket.customer_id or 0),
        "service": service,
        "recent": recent,
        "articles": articles,
        "moves": moves,
        "tier_up": next((t for t in (2, 3) if t > ticket.tier), None),
        "is_own": ticket.assignee_id is not None and ticket.assignee_id == actor.person_id,
        "at": at,
    }
    return render(request, "desk/_peek.html", shown)


# Words between people; what only the team reads is marked in the panel.
_SPOKEN = ("opened", "customer_message", "public_message", "note", "call")


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


def worker(request: HttpRequest) -> Actor:
    """Whose work the queue is. Raises NotAllowed for everybody else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require(actor, "queue.read")
    return actor


def _articles(actor: Actor, ticket: Any, text: str) -> list[Any]:
    asked = f"{ticket.subject} {text[:500]}"
    return knowledge.search(ticket.enterprise_id, asked, audiences=knowledge.audiences(actor), limit=_ARTICLES)


def _recent(actor: Actor, ticket: Any) -> list[Any]:
    if ticket.customer_id is None:
        return []
    page = queries.page(actor, queries.Filter(customer_id=ticket.customer_id), limit=_RECENT + 1)
    return [t for t in page.tickets if t.id != ticket.id][:_RECENT]


def _frame(actor: Actor, asked: Address, at: datetime) -> dict[str, Any]:
    return {
        "address": asked,
        "view": asked.view,
        "group": asked.group,
        "query": asked.query(),
        "may_act": actor.role != AUDITOR,
        "at": at,
    }


def _address(request: HttpRequest) -> Address:
    return address.understood({name: request.GET.getlist(name) for name in address.KEPT})


def _at(request: HttpRequest) -> datetime:
    at: datetime = request.received_at  # type: ignore[attr-defined]
    return at
