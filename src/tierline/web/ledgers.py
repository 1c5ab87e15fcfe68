"""How an explained clock is written down: rows in the agreement's zone and the reader's, the sum, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext

from tierline.domain.calendars import SECOND
from tierline.domain.calendars.zones import zone_of
from tierline.domain.sla import Due, Explanation, Row, differs
from tierline.plumbing.wording import code_word


@dataclass(frozen=True, slots=True)
class Line:
    """``there`` is the agreement's wall clock, ``here`` the reader's, empty where it shows the same."""

    there: str
    here: str
    is_running: bool
    why: str
    calendar: str
    target: str
    counted: str


@dataclass(frozen=True, slots=True)
class Step:
    there: str
    here: str
    what: str
    whom: str
    is_breach: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    zone: str
    here_zone: str
    lines: tuple[Line, ...]
    consumed: str
    target: str
    end: str
    end_here: str
    left: str
    is_over: bool
    state: str
    restated: str
    steps: tuple[Step, ...]


def ledger(told: Explanation, at: datetime) -> Ledger:
    reading, here = told.reading, get_current_timezone()
    ends = ("breached", reading.breached_at), ("due", reading.due_at), ("stopped", reading.stopped_at)
    word, end = next(((w, instant) for w, instant in ends if instant is not None), ("", None))
    there, end_here = _both(end, told.zone, here, at)
    # Shown to the second, the rows still add up to the sum, and the sum and what is left to the target.
    left = reading.target - _whole(reading.consumed)
    is_counting = reading.is_open and reading.target
    return Ledger(
        zone=told.zone,
        here_zone=str(here) if told.two_zones else "",
        lines=tuple(_line(row, here, at) for row in told.rows),
        consumed=length(reading.consumed),
        target=length(reading.target),
        end=gettext(f"page.ledger.{word}_at").format(at=there) if end else "",
        end_here=end_here,
        left=gettext("page.ledger.over" if left < 0 else "page.ledger.left").format(amount=length(abs(left)))
        if is_counting or left < 0
        else "",
        is_over=left < 0,
        state=reading.state,
        restated=gettext("page.ledger.restated").format(was=gettext(f"sla.state.{told.restated.before}"))
        if told.restated
        else "",
        steps=tuple(_step(due, told.zone, here, at) for due in told.coming),
    )


def length(micros: int) -> str:
    """2h 57m 03s, 40m, 8h: whole seconds, rounded down, and no zero is spelled out."""
    seconds = abs(micros) // SECOND
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{hours}h"] if hours else []
    parts += [f"{minutes:02d}m" if hours else f"{minutes}m"] if minutes else []
    parts += [f"{seconds:02d}s" if parts else f"{seconds}s"] if seconds or not parts else []
    return " ".join(parts)


def span(from_at: datetime, to_at: datetime, zone: tzinfo, now: datetime) -> str:
    """11-19 16:40 → 17:20; the second day is named where it is another one."""
    one, other = from_at.astimezone(zone), to_at.astimezone(zone)
    begin = _stamp(one, now, zone)
    end = _time(other) if one.date() == other.date() else _stamp(other, now, zone)
    return f"{begin} → {end}"


def _line(row: Row, here: tzinfo, now: datetime) -> Line:
    is_running = row.state == "running"
    return Line(
        there=span(row.from_at, row.to_at, zone_of(row.zone), now),
        here=span(row.from_at, row.to_at, here, now) if row.two_zones else "",
        is_running=is_running,
        why=_word("reason", row.reason),
        calendar=row.calendar if is_running else "",
        target=length(row.target) if row.target is not None else "—",
        counted=length(_whole(row.total) - _whole(row.total - row.counted)) if is_running else "—",
    )


def _step(due: Due, zone: str, here: tzinfo, now: datetime) -> Step:
    there, own = _both(due.at, zone, here, now)
    key = f"sla.step.{due.step}"
    said = gettext(key)
    what = gettext("sla.step.other").format(step=due.step) if said == key else said
    return Step(there, own, what, _told(due.tell), due.step == "breach")


def _both(at: datetime | None, zone: str, here: tzinfo, now: datetime) -> tuple[str, str]:
    if at is None:
        return "", ""
    there = zone_of(zone)
    return _stamp(at.astimezone(there), now, there), _stamp(at.astimezone(here), now, here) if differs(
        at, zone, here
    ) else ""


def _stamp(local: datetime, now: datetime, zone: tzinfo) -> str:
    day = f"{local:%m-%d}" if local.year == now.astimezone(zone).year else f"{local:%Y-%m-%d}"
    return f"{day} {_time(local)}"


def _time(local: datetime) -> str:
    """Seconds only where there are any."""
    return f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"


def _whole(micros: int) -> int:
    return micros // SECOND * SECOND


def _told(whom: str) -> str:
    return "" if not whom else code_word("told", whom)


def _word(family: str, code: str) -> str:
    """The command line's word for a code; a reason that people chose stays as it is."""
    key = f"sla.{family}.{code}"
    said = gettext(key)
    return code if said == key else said


def ledgers(told: Iterable[Explanation], at: datetime) -> list[Ledger]:
    return [ledger(each, at) for each in told]
