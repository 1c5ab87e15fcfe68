"""Who reaches which enterprise, in which tier: the plain overview for those who administer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.domain.errors import NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, MANAGER, Actor


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    slug: str
    domain: str
    zone: str
    members: Sequence[tuple[Contact, int | None]]


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ADMIN, MANAGER):
        raise NotAllowed(right="people.read", role=actor.role)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        provider = accounts.provider()
        teams = [
            Team(e.name, e.slug, e.domain, e.zone, accounts.engineers(e.id, at=at))
            for e in accounts.enterprises()
            if e.id in actor.enterprises
        ]
        asked = accounts.open_right_requests()
        who = accounts.people(row.person_id for row in asked)
    shown = {"provider": provider, "teams": teams, "asked": [(row, who.get(row.person_id)) for row in asked]}
    return render(request, "web/people.html", {"section": "people", **shown})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What the phone's last tab shows: who one is, and the way out."""
    return render(request, "web/me.html", {"section": "me"})
