"""Who reaches which enterprise, with which skills and papers: the list for those who answer for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, ENGINEER, MANAGER, Actor
from tierline.workforce import queries as workforce

# Papers that run out this soon are shown in amber.
SOON = 60
_SKILLS = 3


@dataclass(frozen=True, slots=True)
class Worker:
    """``due``: days until the first paper or skill runs out. ``lacks``: how many papers are missing now."""

    person: Contact
    tier: int | None
    houses: Sequence[tuple[int, str]]
    skills: Sequence[tuple[str, int]]
    papers: int
    due: int | None
    lacks: int
    share: int


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    slug: str
    domain: str
    zone: str
    members: int


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ADMIN, MANAGER):
        raise NotAllowed(right="people.read", role=actor.role)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        provider = accounts.provider()
        houses = [e for e in accounts.enterprises() if e.id in actor.enterprises]
        teams = [Team(e.name, e.slug, e.domain, e.zone, len(accounts.engineers(e.id, at=at))) for e in houses]
        workers = _workers({e.id: e.name for e in houses}, at.astimezone(zone_of(provider.zone)).date(), at)
        asked = accounts.open_right_requests()
        who = accounts.people(row.person_id for row in asked)
    engineers = [w for w in workers if w.person.role == ENGINEER]
    shown = {
        "provider": provider,
        "teams": teams,
        "workers": workers,
        "engineers": len(engineers),
        "heads": f"{sum(w.share for w in engineers) / 100:.2f}",
        "due": sum(w.due is not None and w.due <= SOON for w in workers),
        "lacking": sum(w.lacks > 0 for w in workers),
        "soon": SOON,
        "asked": [(row, who.get(row.person_id)) for row in asked],
    }
    return render(request, "web/people.html", {"section": "people", **shown})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What the phone's last tab shows: who one is, and the way out."""
    return render(request, "web/me.html", {"section": "me"})


def _workers(houses: Mapping[int, str], today: date, at: datetime) -> list[Worker]:
    """Engineers and managers, by tier; those without any assignment too."""
    found = {p.id: p for p in accounts.provider_people((ENGINEER, MANAGER))}
    live = [
        r
        for r in accounts.assignments(found)
        if r.enterprise_id in houses and r.starts_at <= at and (r.ends_at is None or r.ends_at > at)
    ]
    skills = workforce.skills_of(found)
    papers = workforce.credentials(found)
    lacking = workforce.unmet({(r.person_id, r.enterprise_id) for r in live if r.tier}, on=today)
    names = {s.code: s.name_en if get_language() == "en" else s.name_zh for s in workforce.skills()}
    rows = [
        _worker(p, [r for r in live if r.person_id == p.id], houses, skills[p.id], papers, lacking, names, today)
        for p in found.values()
    ]
    return sorted(rows, key=lambda w: (w.tier or 9, w.person.id))


def _worker(
    person: Contact,
    live: Sequence[Any],
    houses: Mapping[int, str],
    skills: Sequence[Any],
    papers: Sequence[Any],
    lacking: Mapping[tuple[int, int], tuple[str, ...]],
    names: Mapping[str, str],
    today: date,
) -> Worker:
    own = [p for p in papers if p.person_id == person.id]
    ends = [x.expires_on for x in (*own, *skills) if x.expires_on is not None]
    best = sorted(skills, key=lambda a: (-a.level, a.code))[:_SKILLS]
    return Worker(
        person,
        max((r.tier for r in live if r.tier), default=None),
        [(r.enterprise_id, houses[r.enterprise_id]) for r in sorted(live, key=lambda r: r.enterprise_id)],
        [(names.get(a.code, a.code), a.level) for a in best],
        len(own),
        min(((day - today).days for day in ends), default=None),
        sum(len(lacking.get((person.id, r.enterprise_id), ())) for r in live),
        sum(r.share_percent for r in live),
    )
