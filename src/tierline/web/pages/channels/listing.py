"""The list of channels that stands beside each channel's page, and what the pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.channels import queries as mail
from tierline.domain.errors import NotAllowed
from tierline.hooks import queries as hooks
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, AUDITOR, MANAGER, Actor

DAY = timedelta(hours=24)
# look -> the colour of its dot
TONES: Mapping[str, str] = {
    "working": "ok", "active": "ok", "failing": "bad", "paused": "off", "new": "off"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One channel of the list. ``look``: working, failing, paused or new. ``count``: messages in 24 hours."""

    kind: str
    icon: str
    name: str
    href: str
    look: str
    tone: str
    last_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class House:
    id: int
    name: str
    rows: Sequence[Row]


def require_sight(actor: Actor) -> None:
    if actor.role not in (ADMIN, MANAGER, AUDITOR) or actor.own_enterprise_id is not None:
        raise NotAllowed(right="channel.see", role=actor.role)


def houses(actor: Actor, *, at: datetime, only: int | None = None) -> list[House]:
    """Inside the actor's reach; ``only`` that enterprise where one is in view."""
    doors, subscriptions = mail.doors(actor, since=at - DAY), hooks.subscriptions(actor)
    figures = hooks.figures((s.id for s in subscriptions), at=at)
    found = []
    for e in accounts.enterprises():
        if e.id not in actor.enterprises or only not in (None, e.id):
            continue
        rows = [_mailbox(d) for d in doors if d.enterprise_id == e.id]
        rows.append(Row("portal", "globe", e.domain or f"/p/{e.slug}/", f"/p/{e.slug}/", "working", "ok", None, 0))
        rows += [_webhook(s, figures[s.id]) for s in subscriptions if s.enterprise_id == e.id]
        found.append(House(e.id, e.name, rows))
    return found


def _mailbox(d: Any) -> Row:
    seen = [one for one in (d.fetched_at, d.relayed_at) if one is not None]
    return Row(
        "mailbox", "mail", d.address, reverse("channel_mailbox", args=[d.id]), d.look, TONES.get(d.look, "off"),
        max(seen, default=None), d.received + d.sent,
    )  # fmt: skip


def _webhook(s: Any, figures: hooks.Figures) -> Row:
    look = look_of(s)
    name = s.label or urlsplit(s.url).hostname or s.url
    href = reverse("channel_webhook", args=[s.id])
    return Row("webhook", "plug", name, href, look, TONES[look], figures.last_at, figures.sent + figures.failed)


def look_of(s: Any) -> str:
    if s.state == "paused":
        return "paused"
    return "failing" if s.failing_since is not None else "working"


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    return overview(request)


def overview(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page: figures of all channels, the keys, the webhooks; ``more`` is what was just made."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_sight(actor)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        shown = houses(actor, at=at, only=_in_view(request))
        keys = accounts.api_keys(None if actor.role == ADMIN else actor.person_id, at=at)
    rows = [row for house in shown for row in house.rows]
    told = {
        "houses": shown,
        "channels": len(rows),
        "failing": sum(row.look == "failing" for row in rows),
        "paused": sum(row.look == "paused" for row in rows),
        "messages": sum(row.count for row in rows),
        "keys": keys,
        "changes": hooks.may_change(actor),
        **frame(request),
        **more,
    }
    return render(request, "channels/overview.html", told, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"section": "channels", "at": request.received_at}  # type: ignore[attr-defined]


def beside(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, Any]:
    """The list beside one channel's page."""
    return {
        "houses": houses(actor, at=at, only=_in_view(request)),
        "changes": hooks.may_change(actor),
        **frame(request),
    }


def places(actor: Actor) -> list[tuple[str, str]]:
    return [(str(e.id), e.name) for e in accounts.enterprises() if e.id in actor.enterprises]


def back(name: str, number: int, **query: Any) -> HttpResponse:
    tail = f"?{urlencode(query)}" if query else ""
    return redirect(reverse(name, args=[number]) + tail)


def _in_view(request: HttpRequest) -> int | None:
    return request.in_view  # type: ignore[attr-defined]
