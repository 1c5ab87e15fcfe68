"""What every page's shell needs: who, where, language, theme; for the console also what is in reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from tierline.accounts import queries as accounts
from tierline.desk.queries import saved_views
from tierline.notices import queries as notices
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, AUDITOR, ENGINEER, MANAGER, Actor

THEMES = ("system", "light", "dark")
THEME_COOKIE = "tierline_theme"

_CONSOLE = frozenset({ENGINEER, MANAGER, AUDITOR})


@dataclass(frozen=True, slots=True)
class Place:
    """An enterprise as the pages mark it. ``mark``: 1 outline, 2 solid, 3 hatched (third and later)."""

    id: int
    name: str
    short: str
    mark: int


@dataclass(frozen=True, slots=True)
class Shell:
    """``places`` is empty when there is nothing to switch between: then no page mentions the level."""

    places: Sequence[Place]
    in_view: Place | None
    counts: Mapping[str, int]
    tier: int | None
    works_queue: bool
    administers: bool
    has_notices: bool = False
    unread: int = 0
    views: Sequence[tuple[saved_views.ViewRow, int | None]] = ()


def shell(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    language = get_language() or "zh-hans"
    return {
        "actor": getattr(request, "actor", None),
        "received_at": getattr(request, "received_at", None),
        "theme": theme if theme in THEMES else "system",
        "language": language,
        "html_lang": "en" if language == "en" else "zh-Hans",
        "other_language": "zh-hans" if language == "en" else "en",
        "here": request.get_full_path(),
        "development": getattr(settings, "DEVELOPMENT", False),
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def places_of(enterprises: Sequence[Any]) -> list[Place]:
    return [Place(e.id, e.name, _short(e.name), min(n, 3)) for n, e in enumerate(enterprises, start=1)]


def _shell(request: HttpRequest) -> Shell | None:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return None
    in_view: int | None = getattr(request, "in_view", None)
    with tenancy.reading(actor):
        reached = [e for e in accounts.enterprises() if e.id in actor.enterprises]
        unread = notices.unread(actor) if notices.has_centre(actor) else None
        counts, views = _counted(request, actor, in_view) if actor.role in _CONSOLE else ({}, [])
    places = places_of(reached) if len(reached) > 1 else []
    tiers = [number for number in actor.tiers.values() if number]
    return Shell(
        places=places,
        in_view=next((p for p in places if p.id == in_view), None),
        counts=counts,
        tier=max(tiers) if tiers else None,
        works_queue=actor.role in _CONSOLE,
        administers=actor.role in (ADMIN, MANAGER),
        has_notices=unread is not None,
        unread=unread or 0,
        views=views,
    )


def _counted(
    request: HttpRequest, actor: Actor, in_view: int | None
) -> tuple[Mapping[str, int], Sequence[tuple[saved_views.ViewRow, int | None]]]:
    return saved_views.counted(actor, at=request.received_at, in_view=in_view)  # type: ignore[attr-defined]


def _short(name: str) -> str:
    return name if len(name) <= 8 else name[:8]
