"""What a calendar's pages have in common: whose it is, who may change it, and what becomes of a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tierline.accounts import queries as accounts
from tierline.agreements import policies, queries
from tierline.agreements.operations import Saved
from tierline.agreements.queries import CalendarRow
from tierline.agreements.views import calendar_faces as faces
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@dataclass(frozen=True, slots=True)
class Place:
    """Whose calendar it is, by whom it is looked at, and whether they may change it."""

    id: int
    slug: str
    name: str
    may_change: bool


def asked(request: HttpRequest) -> tuple[Actor, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor, request.received_at  # type: ignore[attr-defined]


def places_of(request: HttpRequest, actor: Actor) -> list[Place]:
    in_view = getattr(request, "in_view", None)
    return [
        Place(e.id, e.slug, e.name, policies.may(actor, "calendar.change", e.id))
        for e in accounts.enterprises()
        if e.id in actor.enterprises and in_view in (None, e.id) and _require_read(actor, e.id)
    ]


def _require_read(actor: Actor, enterprise_id: int) -> bool:
    policies.require(actor, "calendar.read", enterprise_id)
    return True


def place_of(request: HttpRequest, actor: Actor, slug: str) -> Place:
    for e in accounts.enterprises():
        if e.slug == slug and e.id in actor.enterprises:
            policies.require(actor, "calendar.read", e.id)
            return Place(e.id, e.slug, e.name, policies.may(actor, "calendar.change", e.id))
    raise NotFound(what="calendar", slug=slug)


def to_change(request: HttpRequest, actor: Actor, slug: str, code: str) -> tuple[Place, CalendarRow]:
    """The newest version, for somebody who may change it. Raises NotAllowed, NotFound."""
    with tenancy.reading(actor):
        place = place_of(request, actor, slug)
        policies.require(actor, "calendar.change", place.id)
        return place, queries.calendar_version(place.id, code)


def version_of(versions: list[CalendarRow], number: str | None) -> CalendarRow:
    if not number:
        return versions[0]
    found = [row for row in versions if str(row.number) == number]
    if not found:
        raise NotFound(what="calendar_version", number=number)
    return found[0]


def page_of(place: Place, row: CalendarRow, newest: CalendarRow) -> dict[str, Any]:
    return {
        "section": "calendars",
        "place": place,
        "row": row,
        "newest": newest,
        "is_newest": row.number == newest.number,
        "title": faces.title(row),
        "recipe": row.recipe,
        "here_url": f"/calendars/{place.slug}/{row.code}",
    }


def told(actor: Actor, place: Place, code: str, form: django_forms.Form, at: Any) -> dict[str, Any]:
    """What every verb on a calendar is told."""
    given = form.cleaned_data
    return {
        "actor": actor,
        "enterprise_id": place.id,
        "code": code,
        "seen": given["seen"],
        "carries": given["carries"],
        "at": at,
    }


def posted(
    request: HttpRequest,
    form: django_forms.Form,
    save: Callable[[], tuple[str, str, Saved]],
    template: str,
    shown: dict[str, Any],
) -> HttpResponse:
    """The page; a valid post saves and leads to the calendar, a refusal stands beside what was typed."""
    if request.method != "POST":
        return render(request, template, shown)
    status = 422
    if form.is_valid():
        try:
            return done(*save())
        except DomainError as refused:
            named = refused.facts.get("day") if isinstance(refused, Invalid) else None
            field = named if named in form.fields else refused.facts.get("field")
            form.add_error(field if field in form.fields else None, wording(refused))
            status = status_of(refused)
    return render(request, template, shown, status=status)


def done(slug: str, code: str, saved: Saved) -> HttpResponse:
    told = {
        "done": "saved" if saved.is_new else "adopted" if saved.carried else "same",
        "carried": ", ".join(saved.carried),
        "left": ", ".join(saved.left),
    }
    return redirect(f"/calendars/{slug}/{code}?{urlencode({k: v for k, v in told.items() if v})}")


def year_of(text: str | None, default: int) -> int:
    """1900 to 2200: outside no calendar is computed."""
    if text and text.isascii() and text.isdecimal() and len(text) == 4 and 1901 <= int(text) <= 2200:
        return int(text)
    return default
