"""Versions and what changed between them, and the review queue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.domain import textdiff
from tierline.knowledge import queries
from tierline.knowledge.queries import Wanted
from tierline.knowledge.views import frame
from tierline.plumbing import tenancy


@require_safe
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Between any two: ``?a=1&b=2``; without, the two newest."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        row = frame.found(actor, number).article
        every = queries.versions(row.id)
        numbers = [v[0] for v in every]
        b = _asked(request.GET.get("b", ""), numbers, numbers[-1])
        a = _asked(request.GET.get("a", ""), numbers, max((n for n in numbers if n < b), default=b))
        before, after = (queries.article(row.id, version=n) for n in (a, b))
        people = accounts.people(v[2] for v in every)
    lines = textdiff.lines(f"{before.title}\n\n{before.body}", f"{after.title}\n\n{after.body}")
    came, went = textdiff.counts(lines)
    shown = {
        "article": row,
        "versions": [(n, title, people.get(by or 0), when) for n, title, by, when in reversed(every)],
        "a": a,
        "b": b,
        "lines": lines,
        "came": came,
        "went": went,
    }
    return frame.page(request, "knowledge/versions.html", shown)


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """What waits for a second pair of eyes, and what has grown stale."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        own = frame.houses(request, actor)
        waiting = [r for kind in ("article", "procedure") for r in queries.listed(own, Wanted(kind=kind, waits=True))]
        authors = {r.id: queries.author_of(r.id, r.submitted or r.latest) for r in waiting}
        stale = queries.listed(own, Wanted(states=("stale",)))
        people = accounts.people([*authors.values(), *(r.owner_id for r in stale)])
    shown = {
        "rows": [(r, people.get(authors[r.id] or 0), authors[r.id] == actor.person_id) for r in waiting],
        "stale": [(r, people.get(r.owner_id or 0)) for r in stale],
    }
    return frame.page(request, "knowledge/review.html", shown)


def _asked(text: str, numbers: list[int], usual: int) -> int:
    asked = frame.whole(text)
    return asked if asked in numbers else usual
