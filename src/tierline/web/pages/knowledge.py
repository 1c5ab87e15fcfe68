"""知识库: the list with what each article does for the desk, and the search over everything that was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.desk.queries import effects
from tierline.desk.queries.effects import Effect
from tierline.domain.articles import freshness
from tierline.domain.errors import NotAllowed
from tierline.domain.text import is_storable
from tierline.knowledge import queries as knowledge
from tierline.knowledge.queries import ArticleRow, Found, Wanted, procedures, uses
from tierline.knowledge.queries.uses import Use
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, Actor
from tierline.web.pages.help import marked

SPAN = timedelta(days=30)
GAPS = timedelta(days=7)
ROWS, HITS = 50, 20
STATES = {
    "live": ("draft", "review", "published", "stale"),
    "draft": ("draft",),
    "review": ("review",),
    "published": ("published",),
    "stale": ("stale",),
    "retired": ("retired",),
}
_KEPT = ("state", "audience", "owner", "language", "overdue", "product", "q")


@dataclass(frozen=True, slots=True)
class Line:
    """``fresh``: per cent of the time to the next review that is left; ``days`` since the last one."""

    row: ArticleRow
    owner: Any
    fresh: int
    days: int | None
    look: str
    use: Use
    effect: Effect


@dataclass(frozen=True, slots=True)
class HitLine:
    """``excerpt`` is escaped, with the words of the question marked."""

    hit: Found
    excerpt: Any
    href: str


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR, ADMIN):
        raise NotAllowed(right="knowledge.read", role=actor.role)
    at = request.received_at  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "")[:200] for name in _KEPT if is_storable(request.GET.get(name, ""))}
    with tenancy.reading(actor):
        reach = knowledge.visible(actor)
        in_view = request.in_view  # type: ignore[attr-defined]
        own = (in_view,) if in_view else reach.enterprises
        shown = _shown(actor, own, asked, before=_number(request.GET.get("before", "")), at=at)
        hits = knowledge.find(reach.within(own), asked["q"], limit=HITS) if asked.get("q") else []
    shown |= {
        "section": "knowledge",
        "asked": asked,
        "hits": [_hit(h) for h in hits],
        "done": request.GET.get("done", ""),
    }
    shown |= {"links": _links(asked), "span": SPAN.days}
    return render(request, "web/knowledge.html", shown)


def _shown(
    actor: Actor, own: Sequence[int], asked: Mapping[str, str], *, before: int | None, at: datetime
) -> dict[str, Any]:
    today = localtime(at).date()
    wanted = Wanted(
        states=STATES.get(asked.get("state", ""), STATES["live"]),
        audience=asked.get("audience", ""),
        owner_id=_number(asked.get("owner", "")),
        language=asked.get("language", ""),
        product=asked.get("product", ""),
        overdue_on=today if asked.get("overdue") else None,
    )
    rows = knowledge.listed(own, wanted, before=before, limit=ROWS)
    since = at - SPAN
    ids = [row.id for row in rows]
    told = effects.of_articles(own, since=since)
    used = uses.uses(ids, since=since)
    people = accounts.people(row.owner_id for row in rows)
    counts = knowledge.counts(own)
    live = {name: counts.get(name, 0) for name in STATES["live"]}
    return {
        "lines": [line(r, people, used.get(r.id, Use()), told.get(r.id, Effect()), at) for r in rows],
        "older": rows[-1].id if len(rows) == ROWS else None,
        "states": [("live", sum(live.values())), *live.items(), ("retired", counts.get("retired", 0))],
        "waits": counts["waits"],
        "stats": _stats(counts, used, told),
        "gaps": uses.gaps(own, since=at - GAPS, limit=6),
        "mine": _mine(actor, own, people),
        "unread": procedures.unread(actor.person_id, own) if actor.tiers else 0,
        "owners": sorted({p.id: p.name for house in own for p, _ in accounts.engineers(house, at=at)}.items()),
        "products": knowledge.products(own),
        "audiences": knowledge.AUDIENCES,
    }


def line(row: ArticleRow, people: Mapping[int, Any], use: Use, effect: Effect, at: datetime) -> Line:
    reviewed, today = row.reviewed_at or row.published_at, localtime(at).date()
    if reviewed is None or row.review_on is None:
        return Line(row, people.get(row.owner_id or 0), 0, None, "", use, effect)
    on = localtime(reviewed).date()
    fresh = freshness(on, row.review_on, today=today)
    look = "bad" if fresh == 0 else "warn" if fresh < 15 else "ok"
    return Line(row, people.get(row.owner_id or 0), fresh, (today - on).days, look, use, effect)


def _stats(counts: Mapping[str, int], used: Mapping[int, Use], told: Mapping[int, Effect]) -> dict[str, Any]:
    """Of what was solved and read in the span; None where there is nothing to divide by."""
    readable = counts.get("published", 0) + counts.get("stale", 0)
    solved, reopened = sum(e.solved for e in told.values()), sum(e.reopened for e in told.values())
    return {
        "cited": solved,
        "worked": round(100 * (solved - reopened) / solved) if solved else None,
        "fresh": round(100 * counts.get("published", 0) / readable) if readable else None,
    }


def _mine(actor: Actor, own: Sequence[int], people: Mapping[int, Any]) -> list[tuple[str, ArticleRow]]:
    """What waits for this reader: versions of others to review, own articles to look at again, and objections."""
    waiting = knowledge.listed(own, Wanted(waits=True), limit=20)
    wrote = {r.id: knowledge.author_of(r.id, r.submitted or r.latest) for r in waiting}
    review = [("review", r) for r in waiting if wrote[r.id] != actor.person_id]
    stale = [
        ("refresh", r) for r in knowledge.listed(own, Wanted(states=("stale",), owner_id=actor.person_id), limit=20)
    ]
    objected = knowledge.articles(uses.objected(own))
    flagged = [("flagged", r) for r in objected.values() if r.owner_id == actor.person_id]
    return [*review, *stale, *flagged][:8]


def _hit(hit: Found) -> HitLine:
    address = {"article": f"/articles/{hit.number}", "ticket": f"/tickets/{hit.number}"}
    return HitLine(hit, marked(hit.snippet.text, hit.snippet.hits), address.get(hit.kind, ""))


def _links(asked: Mapping[str, str]) -> dict[str, str]:
    """For each state and for taking each filter away, the rest of what was asked as a query."""
    kept = {name: value for name, value in asked.items() if value and name != "q"}
    links = {state: urlencode({**kept, "state": state}) for state in STATES}
    return links | {f"no_{name}": urlencode({k: v for k, v in kept.items() if k != name}) for name in _KEPT}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
