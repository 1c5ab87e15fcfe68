"""The notice centre: what asks for something, what is to be known, and all there was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from tierline.desk import queries as desk
from tierline.domain.notices import Kind
from tierline.notices import policies, queries, services, wording
from tierline.notices.models import Notice
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

ICONS = {
    "page": ("siren", "bad"),
    "breach": ("warn", "bad"),
    "warning": ("clock", "warn"),
    "assigned": ("ticket", ""),
    "offered": ("handoff", "warn"),
    "returned": ("undo", "warn"),
    "unplaced": ("users", "bad"),
    "reply": ("mail", ""),
    "reopened": ("refresh", "warn"),
    "verified": ("check", ""),
    "channel": ("warn", "bad"),
    "article": ("book", "warn"),
}
_LINES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    at: datetime
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One notice as it is shown; ``ticket`` is None where the reader may not see it any more.

    ``is_past``: all of it warned of clocks that are met or stopped.
    """

    notice: Notice
    ticket: Any
    icon: str
    tone: str
    title: str
    lines: Sequence[Line]
    more: int
    is_past: bool


@require_safe
def centre(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    wanted = request.GET.get("show", "")
    which = wanted if wanted in queries.FILTERS else "todo"
    before = request.GET.get("before", "")
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        counts = queries.counts(actor)
        if not wanted:
            which = "todo" if counts["todo"] or not counts["know"] else "know"
        found = queries.notices(actor, which, before=int(before) if before.isdecimal() and len(before) < 19 else None)
        rows = _rows(actor, found)
        unreached = queries.unreached(at=at) if policies.governs(actor) else []
        missing = desk.tickets(actor, [u.ticket_id for u in unreached if u.ticket_id])
        is_empty = not rows and not queries.notices(actor, "all")
    shown = {
        "section": "notices",
        "which": which,
        "filters": queries.FILTERS,
        "counts": counts,
        "rows": rows,
        "is_empty": is_empty,
        "more": found[-1].id if len(found) == queries.PAGE else None,
        "unreached": [(u, missing.get(u.ticket_id or 0)) for u in unreached],
        "at": at,
    }
    return render(request, "notices/centre.html", shown)


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The badge alone, fetched again when something arrived."""
    return render(request, "web/_bell.html")


@require_safe
def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """To what the notice is about. Having gone there is having read it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    with tenancy.reading(actor):
        notice = queries.notice(actor, notice_id)
        ticket = desk.tickets(actor, [notice.ticket_id]).get(notice.ticket_id) if notice.ticket_id else None
    services.mark_read(actor=actor, notice_ids=[notice_id], at=request.received_at)  # type: ignore[attr-defined]
    if notice.ticket_id is None:
        return redirect("knowledge_review" if notice.kind == Kind.ARTICLE else "channels")
    return redirect(reverse("ticket", args=[ticket.number]) if ticket else "notices")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """``notice``: that one; without it all."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = request.POST.get("notice", "")
    ids = [int(one)] if one.isdecimal() and len(one) < 19 else ([] if one else None)
    services.mark_read(actor=actor, notice_ids=ids, at=request.received_at)  # type: ignore[attr-defined]
    show = request.POST.get("show", "")
    query = f"?{urlencode({'show': show})}" if show in queries.FILTERS else ""
    return redirect(f"{reverse('notices')}{query}")


def _rows(actor: Actor, found: Sequence[Notice]) -> list[Row]:
    steps = queries.steps(n.id for n in found)
    tickets = desk.tickets(actor, [n.ticket_id for n in found if n.ticket_id])
    rows = []
    for notice in found:
        own = steps.get(notice.id, ())
        current = [s for s in own if s.retired_at is None] or own
        head = next((s for s in current if s.kind == notice.kind), None)
        others = [s for s in own if s is not head]
        icon, tone = ICONS.get(notice.kind, ("bell", ""))
        rows.append(
            Row(
                notice,
                tickets.get(notice.ticket_id or 0),
                icon,
                tone,
                wording.title(head.kind, head.facts, zone=actor.zone) if head else "",
                [
                    Line(wording.title(s.kind, s.facts, zone=actor.zone), s.at, s.retired_at is not None)
                    for s in others[:_LINES_SHOWN]
                ],
                max(0, len(others) - _LINES_SHOWN),
                bool(own) and all(s.retired_at is not None for s in own),
            )
        )
    return rows
