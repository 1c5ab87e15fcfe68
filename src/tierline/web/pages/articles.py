"""An article as the team reads it: the wording, its health, its life, and what it is linked with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.audit import queries as audit
from tierline.desk.queries import effects
from tierline.domain.articles import next_review
from tierline.domain.errors import NotAllowed
from tierline.domain.text import is_storable
from tierline.knowledge import queries as knowledge
from tierline.knowledge.queries import ArticleText, procedures, shelf, uses
from tierline.plumbing import markup, tenancy
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, Actor
from tierline.web.pages.help import served
from tierline.web.pages.knowledge import line

_SPAN = timedelta(days=30)
_WEEKS = 8
# Characters read in a minute; an English word counts as five of them.
_PACE = 400


@require_safe
def article(request: HttpRequest, number: str) -> HttpResponse:
    """The published version; ``?version=3`` another one, ``latest`` the newest."""
    actor = _reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    asked = request.GET.get("version", "")
    with tenancy.reading(actor):
        found = _found(actor, number)
        wanted = found.article.latest if asked == "latest" else _number(asked)
        if wanted is not None and wanted != found.version:
            found = knowledge.article(found.article.id, audiences=knowledge.audiences(actor), version=wanted)
        shown = {**_health(found, at), **_life(found, actor, at)}
        files = knowledge.files(found.article.id)
    pictures = {f"files/{f.name}": f"/articles/{found.article.number}/files/{f.name}" for f in files}
    shown |= {
        "article": found,
        "row": found.article,
        "body": markup.render(found.body, pictures),
        "files": files,
        "minutes": max(1, len(found.body) // _PACE),
        "section": "knowledge",
        "done": request.GET.get("done", ""),
        "at": at,
    }
    return render(request, "web/article.html", shown)


@require_safe
def file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    actor = _reader(request)
    with tenancy.reading(actor):
        found = _found(actor, number)
        kept = {f.name: f for f in knowledge.files(found.article.id)}
    return served(kept.get(name))


def _reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR, ADMIN):
        raise NotAllowed(right="article.read", role=actor.role)
    return actor


def _found(actor: Actor, number: str) -> ArticleText:
    return knowledge.article_by_number(number if is_storable(number) else "", audiences=knowledge.audiences(actor))


def _health(found: ArticleText, at: datetime) -> dict[str, Any]:
    row = found.article
    since = at - _SPAN
    use = uses.uses([row.id], since=since).get(row.id, uses.Use())
    told = effects.of_articles([row.enterprise_id], since=at - timedelta(weeks=_WEEKS)).get(row.id, effects.Effect())
    recent = effects.of_articles([row.enterprise_id], since=since).get(row.id, effects.Effect())
    alone = effects.without_ticket(uses.readings([row.id], since=since - effects.RECONTACT), at=at).get(row.id, 0)
    people = accounts.people([row.owner_id, row.reviewer_id, found.by_id])
    weeks = _weeks(told.at, uses.reading_days(row.id, since=at - timedelta(weeks=_WEEKS)), at)
    return {
        "health": line(row, people, use, recent, at),
        "alone": alone,
        "weeks": weeks,
        "has_weeks": any(week["cited"] or week["read"] for week in weeks),
        "objections": uses.objections(row.id),
        "author": people.get(found.by_id or 0),
        "reviewer": people.get(row.reviewer_id or 0),
    }


def _life(found: ArticleText, actor: Actor, at: datetime) -> dict[str, Any]:
    row = found.article
    acts = list(reversed(audit.lines(f"article:{row.id}")))[:8]
    wrote = knowledge.author_of(row.id, row.latest)
    pair = knowledge.articles([row.pair_id]).get(row.pair_id or 0)
    mine = next((p for p in procedures.of_person(actor.person_id, [row.enterprise_id]) if p.id == row.id), None)
    writes = actor.role in (ENGINEER, MANAGER, ADMIN)
    return {
        "acts": [a for a in acts if a.action.partition(".")[0] in ("article", "shelf")],
        "people": accounts.people(a.actor_id for a in acts),
        "pair": pair,
        "offer": shelf.offer_of(row.id),
        "mine": mine,
        "writes": writes,
        "audiences": knowledge.AUDIENCES,
        "leads": actor.role in (MANAGER, ADMIN),
        "may_review": writes and row.submitted is not None and (wrote != actor.person_id or actor.role != ENGINEER),
        "may_submit": writes and row.submitted is None and row.published != row.latest and row.state != "retired",
        "is_latest": found.version == row.latest,
        "next_review": row.review_on if row.review_on and row.review_on > at.date() else next_review(at.date()),
    }


def _weeks(cited: Sequence[datetime], read: Sequence[datetime], at: datetime) -> list[dict[str, Any]]:
    """The newest last: bars of the chart, two for each week, in its own units (0 to 64 high)."""
    ages = [Counter(min((at - when).days // 7, _WEEKS - 1) for when in times) for times in (cited, read)]
    most = max([n for age in ages for n in age.values()], default=0) or 1
    step = 33.5
    return [
        {
            "x": round(31 + step * n, 1),
            "x2": round(42.8 + step * n, 1),
            "cited": ages[0][_WEEKS - 1 - n],
            "read": ages[1][_WEEKS - 1 - n],
            "h": round(64 * ages[0][_WEEKS - 1 - n] / most, 1),
            "h2": round(64 * ages[1][_WEEKS - 1 - n] / most, 1),
            "y": round(74 - 64 * ages[0][_WEEKS - 1 - n] / most, 1),
            "y2": round(74 - 64 * ages[1][_WEEKS - 1 - n] / most, 1),
            "ago": _WEEKS - 1 - n,
        }
        for n in range(_WEEKS)
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None
