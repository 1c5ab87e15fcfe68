"""Every glyph, control and state on one page: what a new page is built from. In development only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.web import faces
from tierline.web.context import Place
from tierline.web.templatetags.ui import RINGS

_COLOURS = "bg surface line-2 text text-2 text-3 accent l1 l2 l3 p1 p2 warn ok note".split()


@dataclass(frozen=True, slots=True)
class Sample:
    id: int
    name: str


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    at = request.received_at  # type: ignore[attr-defined]
    due = (at + timedelta(hours=5, minutes=27)).isoformat()
    shown = {
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
    return render(request, "web/gallery.html", shown)
