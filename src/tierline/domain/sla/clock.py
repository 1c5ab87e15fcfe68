"""One clock while it is being folded: running or held, and the segments behind it. Microseconds since 1970 inside."""

from __future__ import annotations

from tierline.domain.calendars import Calendar, instant
from tierline.domain.sla import reading as says
from tierline.domain.sla.reading import Reading, Stretch
from tierline.domain.terms import Kind, Promise


class Clock:
    """Accumulates one clock. ``target`` is None while the priority in force promises nothing for the kind.

    ``holds`` are the reasons that stop it; it runs when there are none.
    """

    __slots__ = (
        "agreement",
        "breached",
        "calendar",
        "consumed",
        "cycle",
        "done",
        "holds",
        "is_fixed",
        "kind",
        "note",
        "party",
        "priority",
        "reason",
        "since",
        "started",
        "stopped",
        "target",
        "tier",
        "verdict",
        "was_promised",
    )

    def __init__(self, kind: Kind, party: str, cycle: int, at: int, calendar: Calendar, target: int | None) -> None:
        self.kind = kind
        self.party = party
        self.cycle = cycle
        self.tier: int | None = None
        # As they were when it was last retargeted: a stopped clock is judged and reported under these.
        self.priority = ""
        self.agreement: int | str = 0
        # A deadline of its own, which no change of priority or agreement moves.
        self.is_fixed = False
        self.started = self.since = at
        self.stopped: int | None = None
        self.calendar = calendar
        self.target = target
        self.was_promised = target is not None
        self.consumed = 0
        self.holds: list[str] = []
        self.reason = "started"
        self.done: list[Stretch] = []
        self.breached: int | None = None
        self.verdict = ""
        self.note = ""

    def hold(self, reason: str, at: int) -> None:
        if reason not in self.holds:
            if not self.holds:
                self._close(at)
            self.holds.append(reason)

    def release(self, reason: str, at: int, why: str) -> None:
        if reason in self.holds:
            if self.holds[0] == reason:
                self._close(at)
            self.holds.remove(reason)
            self.reason = why

    def mark(self, at: int, reason: str) -> None:
        """Begins a new segment only to show what happened."""
        if not self.holds:
            self._close(at)
            self.reason = reason

    def stop(self, at: int, *, verdict: str = "", note: str = "") -> None:
        """Without a verdict: met when nothing breached it, and stopping exactly at the due time is in time.

        A breach is not dismissed away; a clock that nothing is promised for any more is neither met nor breached.
        """
        self._close(at, is_stop=True)
        self.stopped = at
        self.holds.clear()
        self.note = note
        if self.target is None and not verdict:
            verdict, self.note = says.DISMISSED, says.NO_PROMISE
        if verdict == says.MERGED or (verdict == says.DISMISSED and self.breached is None):
            self.verdict = verdict
        else:
            self.verdict = says.MET if self.breached is None else says.BREACHED

    def miss(self, at: int, *, note: str) -> None:
        """Stopped by something that does not fulfil the promise: breached now, unless it was before."""
        self._close(at)
        if self.breached is None and self.target is not None:
            self.breached = at
        self.stop(at, note=note)

    def reopen(self, at: int) -> None:
        """The same cycle goes on with what it had consumed; the time it was stopped is in the ledger, not counted."""
        if self.stopped is not None and at > self.stopped:
            self.done.append((self.stopped, at, False, "resolved", self.calendar, self.target, 0))
            self.since = at
        self.stopped = None
        self.verdict = self.note = ""
        self.reason = "reopened"

    def keep(self, promise: Promise | None, at: int, reason: str) -> None:
        """From now the new calendar and target apply to what was consumed; where nothing was promised, from nought."""
        if promise is None:
            self._retarget(self.calendar, None, at, reason)
            return
        unpromised = self.consumed + self._open_work(at) if self.target is None else 0
        self._retarget(promise.calendar, unpromised + promise.micros, at, reason)

    def worsen(self, promise: Promise | None, at: int) -> None:
        """A higher priority from now: never later than the old due time, and never breached by the change itself."""
        if promise is None:
            self.keep(None, at, "priority")
            return
        budget = promise.micros
        if self.target is not None:
            # While paused: the old due time as if resumed now.
            old_due = self._due(at if self.holds else self.since)
            budget = min(budget, promise.calendar.work_micros(at, old_due))
        self._retarget(promise.calendar, self.consumed + self._open_work(at) + budget, at, "priority")

    def refold(self, promise: Promise | None, at: int) -> None:
        """The priority was misread from the start: everything behind is counted again, and a breach that shows is one.

        A breach that was already there stays.
        """
        if promise is None:
            self.keep(None, at, "priority")
            return
        self._close(at)
        behind, self.done, self.consumed = self.done, [], 0
        self.calendar, self.target = promise
        self.was_promised = True
        earliest, self.breached = self.breached, None
        for since, until, ran, reason, *_ in behind:
            self._append(since, until, ran, reason, is_stop=False)
        self.breached = _earlier(earliest, self.breached)

    def take_earlier(self, due: int, at: int) -> None:
        """The due time of a merged ticket's clock, when it is earlier than its own."""
        if due <= at and (self.breached is None or due < self.breached):
            self.breached = due
        target = self.consumed + self._open_work(at) + self.calendar.work_micros(at, due)
        if self.target is None or target < self.target:
            self._retarget(self.calendar, target, at, "merged")

    def read(self, at: int, *, waits_on: str | None, until: int | None) -> Reading:
        """The reading at ``at``, which is not before anything folded so far.

        ``until`` is when the ticket stops to wait on ``waits_on``.
        """
        done, consumed, breached, state, due = self.done, self.consumed, self.breached, self.verdict, None
        if self.stopped is None:
            counted = self._open_work(at)
            if self.target is not None and not self.holds:
                due = self._due(self.since)
                if breached is None and due <= at:
                    breached = due
            state = self._open_state(at, breached)
            consumed += counted
            if at > self.since:
                done = [*done, self._stretch(at, counted)]
        return Reading(
            self.kind.value,
            self.party,
            self.cycle,
            state,
            instant(self.started),
            None if self.stopped is None else instant(self.stopped),
            None if due is None else instant(due),
            consumed,
            self.target or 0,
            self.note,
            None if breached is None else instant(breached),
            tuple(done),
            instant(until) if until is not None and self.holds == [waits_on] else None,
            self.priority,
            self.agreement,
            self.calendar,
        )

    def _open_state(self, at: int, breached: int | None) -> str:
        if breached is not None:
            return says.BREACHED
        if self.target is None or at < self.started:
            return says.IDLE
        return says.PAUSED if self.holds else says.RUNNING

    def _retarget(self, calendar: Calendar, target: int | None, at: int, reason: str) -> None:
        if target == self.target and (calendar is self.calendar or calendar == self.calendar):
            return
        self._close(at)
        self.calendar, self.target, self.reason = calendar, target, reason
        self.was_promised = self.was_promised or target is not None

    def _due(self, since: int) -> int:
        """When the budget ends if the clock runs from ``since`` and nothing stops it. Only with a target."""
        left = (self.target or 0) - self.consumed
        if left > 0:
            return self.calendar.due_micros(since, left)
        if self.breached is not None:
            return self.breached
        # Nothing left and not breached: a worsened clock whose new calendar was closed until the old due time. The
        # change itself must not breach it, so it is due when the next moment would be counted.
        return self.calendar.due_micros(since, 1) - 1

    def _open_work(self, at: int) -> int:
        return 0 if self.holds else self.calendar.work_micros(self.since, at)

    def _close(self, at: int, *, is_stop: bool = False) -> None:
        if at > self.since:
            self._append(self.since, at, not self.holds, self.holds[0] if self.holds else self.reason, is_stop=is_stop)
            self.since = at

    def _append(self, since: int, until: int, is_running: bool, reason: str, *, is_stop: bool) -> None:
        counted = self.calendar.work_micros(since, until) if is_running else 0
        if counted and self.breached is None and self.target is not None and self.consumed + counted >= self.target:
            due = self._due(since)
            if due < until or (due == until and not is_stop):
                self.breached = due
        self.consumed += counted
        self.done.append((since, until, is_running, reason, self.calendar, self.target, counted))

    def _stretch(self, at: int, counted: int) -> Stretch:
        reason = self.holds[0] if self.holds else self.reason
        return self.since, at, not self.holds, reason, self.calendar, self.target, counted


def _earlier(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
