"""Demo sign-ins: offered while the state folder says that its data is a demo's, and in no other case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Portal
from tierline.accounts.services import sign_in
from tierline.web.pages.session import home_of, let_in

FILE = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    id: int
    name: str
    part: str
    tier: int | None


def people(portal: Portal | None, *, at: datetime) -> list[DemoPerson]:
    """The sign-ins of the demo, in its order; on a portal only those of its enterprise."""
    found = []
    for part, email in _read().get("demo_users", {}).items():
        for candidate in accounts.candidates(email, enterprise_id=portal.enterprise_id if portal else None)[:1]:
            actor = accounts.actor(candidate.provider_id, candidate.person_id, at=at, channel="web")
            if actor is not None:
                tiers = [tier for tier in actor.tiers.values() if tier]
                found.append(DemoPerson(candidate.person_id, actor.name, part, max(tiers) if tiers else None))
    return found


def history() -> dict[str, int] | None:
    """Days written and wanted of the demo's past, the slowest enterprise's: a day is there when it is there for all.

    None where no past was asked for. ``percent`` is for the bar.
    """
    told = _read().get("history", {})
    ways = [(min(int(_read(f"demo-{slug}.json").get("done", 0)), int(days)), int(days)) for slug, days in told.items()]
    done, days = min(ways, default=(0, 0))
    return {"done": done, "days": days, "percent": 100 * done // days} if days else None


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """One click, through the same door as everybody: the demo's own password."""
    told = _read()
    email = told.get("demo_users", {}).get(request.POST.get("part", ""))
    if email is None:
        raise Http404
    actor = sign_in(email=email, password=str(told.get("password", "")), at=request.received_at)  # type: ignore[attr-defined]
    let_in(request, actor)
    return redirect(home_of(actor))


def _read(name: str = FILE) -> dict[str, Any]:
    try:
        told = json.loads((settings.TIERLINE_HOME / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
