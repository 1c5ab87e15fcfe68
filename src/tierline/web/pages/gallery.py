"""Every glyph, control and state on one page: what a new page is built from. In development only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tierline.domain.events import Event
from tierline.domain.sla import read_clocks
from tierline.domain.terms import Terms
from tierline.web import assets, faces
from tierline.web.context import Place
from tierline.web.templatetags.ui import RINGS

_COLOURS = "bg surface line-2 text text-2 text-3 accent l1 l2 l3 p1 p2 warn ok note".split()
# One card each, in this order; the name is the component's.
ATOMS = (
    "priority tier state enterprise sla-clock clock-ledger button field tag presence confidence tier-handover"
    " attachment csat timeline tabs icon toast banner state-loading state-empty state-error state-denied state-stale"
    " state-conflict"
).split()
_PARTS = ("symptoms", "impact", "steps_tried", "evidence", "question")
_ICON = re.compile(rb'id="i-([a-z]+)"')


@dataclass(frozen=True, slots=True)
class Sample:
    id: int
    name: str


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    at = request.received_at  # type: ignore[attr-defined]
    due = (at + timedelta(hours=5, minutes=27)).isoformat()
    shown: dict[str, Any] = {
        "section": "gallery",
        "colours": _COLOURS,
        "states": list(RINGS),
        "priorities": ("P1", "P2", "P3", "P4"),
        "tiers": (1, 2, 3),
        "places": [
            Place(1, "云算盘", "云算盘", 1),
            Place(2, "智联家电", "智联家电", 2),
            Place(3, "第三家", "第三家", 3),
        ],
        "people": [
            Sample(n, name) for n, name in enumerate(("周航", "林晓彤", "陈思远", "沈维", "孙莉", "Ada"), start=6)
        ],
        "faces": [
            faces.Face("", "解决", "5h 27m", "5h 27m", 68, due, 28800),
            faces.Face("warn", "方案", "21:00", "21:00", 18),
            faces.Face("bad", "方案", "−04:12", "−04:12", 0),
            faces.Face("pause", "等客户", "3h 10m", "3h 10m", 79, icon="pause"),
            faces.Face("met", "首响", "06:12", "06:12", 100, icon="check"),
        ],
    }
    people = shown["people"]
    shown |= {
        "atoms": ATOMS,
        "parts": _PARTS,
        "scores": (1, 2, 3, 4, 5),
        "presence": [("view", people[0]), ("typing", people[2]), ("away", people[3])],
        "reading": _reading(at),
        "at": at,
        "lines": _lines(people, at),
        "icons": sorted(name.decode() for name in _ICON.findall(assets.build().files["web/icons.svg"].body)),
        "ago": gettext("page.live.minutes").format(n=2),
    }
    return render(request, "web/gallery.html", shown)


def _reading(at: datetime) -> Any:
    """A first answer that is still owed, by the rules that ship."""
    began = at - timedelta(minutes=12)
    opened = Event(
        ticket_id=1,
        seq=1,
        occurred_at=began,
        recorded_at=began,
        type="opened",
        channel="portal",
        actor_id=1,
        actor_role="requester",
        audience="public",
        payload={"priority": "P2", "by": "customer", "tier": 1, "started_at": began.isoformat()},
        words={},
    )
    read = read_clocks([opened], terms=Terms.default(), at=at)
    return next((r for r in read if r.kind == "first_response"), None)


def _lines(people: Sequence[Sample], at: datetime) -> list[dict[str, Any]]:
    """One of each kind of line."""
    told: dict[str, Any] = {
        "seq": 0,
        "at": at,
        "channel": "portal",
        "icon": "check",
        "files": (),
        "parts": (),
        "tag": "",
        "text": "",
    }
    system, requester, l1, colleague = (
        ("sys", people[1]),
        ("customer", people[4]),
        ("agent", people[1]),
        ("note", people[0]),
    )
    said: list[tuple[tuple[str, Sample], dict[str, Any]]] = [
        (system, {"role": "engineer", "sentence": gettext("page.done.claim")}),
        (requester, {"role": "requester", "text": "今早 9 点后没有流水。"}),
        (l1, {"role": "engineer", "tag": "public", "tier": 1, "text": "已收到，正在检查前置机。"}),
        (colleague, {"role": "engineer", "tag": "note", "text": "今天第 5 张。"}),
    ]
    return [
        {**told, "seq": n, "look": look, "author": author, **more}
        for n, ((look, author), more) in enumerate(said, start=1)
    ]
