"""How a clock reading looks: a figure, a length, and only then a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext

from tierline.domain.sla import Reading

_SECOND = 1_000_000
_SOON = timedelta(hours=1)

# Which clock stands for a ticket when none of them runs: the promise that was answered last.
_STANDING = ("first_response", "resolve", "restore", "grading")


@dataclass(frozen=True, slots=True)
class Face:
    """``width`` is the share of time left, 0 to 100. ``due_at`` is empty unless the figure counts."""

    look: str
    name: str
    text: str
    label: str
    width: int
    due_at: str = ""
    total_seconds: int = 0
    icon: str = ""


def countdown(seconds: int) -> str:
    """06:52 under an hour, 1h 14m under a day, 2d 3h above."""
    amount = abs(seconds)
    if amount < 3600:
        shown = f"{amount // 60:02d}:{amount % 60:02d}"
    elif amount < 86400:
        shown = f"{amount // 3600}h {amount % 3600 // 60:02d}m"
    else:
        shown = f"{amount // 86400}d {amount % 86400 // 3600}h"
    return f"−{shown}" if seconds < 0 else shown


def face(reading: Reading, at: datetime) -> Face:
    name = gettext(f"page.clock.{reading.kind}")
    if reading.due_at is not None and reading.state in ("running", "breached"):
        return _counting(reading, name, reading.due_at, at)
    if reading.state == "met":
        text = countdown(reading.consumed // _SECOND)
        return Face("met", name, text, _said(name, "page.clock.said_met", used=text), 100, icon="check")
    if reading.state == "paused":
        return _paused(reading, name)
    if reading.state == "breached":
        if reading.verdict_note == "no_reply":
            text = gettext("page.clock.no_reply")
            return Face("bad", name, text, _said(name, "page.clock.said_late", late=text), 0)
        late = countdown(max(0, reading.consumed - reading.target) // _SECOND)
        text = gettext("page.clock.was_late").format(late=late)
        return Face("bad", name, text, _said(name, "page.clock.said_late", late=late), 0, icon="check")
    return Face("off", name, "—", _said(name, f"page.clock.state_{reading.state}"), 0)


def until(due_at: datetime, since: datetime, at: datetime) -> Face:
    """A plain countdown from ``since`` to ``due_at``."""
    return _count(due_at, since, at, gettext("page.clock.task"))


def foremost(readings: Sequence[Reading]) -> Reading | None:
    """The clock that a list row shows: least time left, else what holds it, else what was kept."""
    due = [r for r in readings if r.due_at is not None and r.state in ("running", "breached")]
    if due:
        return min(due, key=lambda r: r.due_at)  # type: ignore[arg-type,return-value]
    paused = [r for r in readings if r.state == "paused"]
    if paused:
        return min(paused, key=lambda r: r.left)
    by_kind = {r.kind: r for r in readings if r.state in ("met", "breached")}
    return next((by_kind[kind] for kind in _STANDING if kind in by_kind), None)


def _counting(reading: Reading, name: str, due_at: datetime, at: datetime) -> Face:
    return _count(due_at, reading.started_at or due_at, at, name)


def _count(due_at: datetime, since: datetime, at: datetime, name: str) -> Face:
    left = due_at - at
    total = max(due_at - since, timedelta(seconds=1))
    width = max(0, min(100, round(100 * left / total)))
    look = "bad" if left <= timedelta() else "warn" if left < _SOON and left < total / 3 else ""
    label = _said(name, "page.clock.said_due", due=f"{localtime(due_at):%m-%d %H:%M}")
    text = countdown(int(left.total_seconds()))
    return Face(look, name, text, label, width, due_at.isoformat(), int(total.total_seconds()))


def _paused(reading: Reading, name: str) -> Face:
    why = next((s.reason for s in reversed(reading.segments) if s.state == "paused"), "")
    text = countdown(reading.left // _SECOND)
    reason = gettext(f"page.clock.hold_{why}") if why else gettext("page.clock.state_paused")
    if reason.startswith("page.clock."):
        reason = gettext("page.clock.state_paused")
    label = _said(name, "page.clock.said_paused", left=text, reason=reason)
    return Face(
        "pause", reason, text, label, max(0, min(100, 100 * reading.left // max(reading.target, 1))), icon="pause"
    )


def _said(name: str, key: str, **facts: str) -> str:
    return gettext(key).format(name=name, **facts)
