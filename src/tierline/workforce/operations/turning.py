"""When duty turns - a shift begins or ends, leave or being away is over - whoever gives out work is to look again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tierline.plumbing import timers
from tierline.plumbing.actor import Actor
from tierline.workforce.models import Leave, Profile, Shift

SHIFT_TURNS, LEAVE_TURNS, PRESENCE_TURNS = "duty.shift", "duty.leave", "duty.presence"


def watch_shifts(actor: Actor, rows: Sequence[Shift], *, at: datetime) -> None:
    """Wake up at the begin and the end of each that has not been."""
    _set(actor, SHIFT_TURNS, [(s.id, s.enterprise_id, s.starts_at, s.ends_at) for s in rows], at)


def forget_shifts(rows: Iterable[Shift]) -> None:
    timers.set_timers([s.id for s in rows], {SHIFT_TURNS: []})


def watch_leave(actor: Actor, row: Leave, *, at: datetime) -> None:
    _set(actor, LEAVE_TURNS, [(row.id, None, row.starts_at, row.ends_at)], at)


def forget_leave(row: Leave) -> None:
    timers.set_timers([row.id], {LEAVE_TURNS: []})


def watch_presence(actor: Actor, row: Profile, *, at: datetime) -> None:
    until = row.presence_until
    if until is None or until <= at:
        timers.set_timers([row.id], {PRESENCE_TURNS: []})
    else:
        _set(actor, PRESENCE_TURNS, [(row.id, None, until, until)], at)


def _set(actor: Actor, kind: str, rows: Sequence[tuple[int, int | None, datetime, datetime]], at: datetime) -> None:
    """A row that counts for every enterprise wakes up in one of them; who is woken looks at all."""
    wanted = []
    for subject, enterprise, begins_at, ends_at in rows:
        scope = enterprise if enterprise is not None else min(actor.enterprises, default=None)
        if scope is None:
            continue
        turns = {"begins": begins_at, "ends": ends_at}
        wanted += [timers.Wanted(scope, subject, key, due) for key, due in turns.items() if due > at]
    if rows:
        timers.set_timers([row[0] for row in rows], {kind: wanted})
