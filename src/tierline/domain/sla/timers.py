"""The interesting instants of a clock: its alert steps, its breach, the end of its pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.domain.calendars import instant, micros
from tierline.domain.sla.reading import BREACHED, PAUSED, RUNNING, Reading
from tierline.domain.terms import Step, Terms

BREACH, RESUME = "breach", "resume"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """An instant at which something about a clock is to be done once. ``step`` is breach, resume or a step's key.

    ``tell`` says whom the step addresses, as a code; empty for breach and resume.
    """

    at: datetime
    kind: str
    party: str
    cycle: int
    step: str
    tell: str = ""

    @property
    def key(self) -> str:
        """What was done is remembered under this key, so that doing it twice does nothing."""
        return f"{self.kind}/{self.party}/{self.cycle}/{self.step}"


def planned(reading: Reading, terms: Mapping[int, Terms] | Terms) -> tuple[Due, ...]:
    """Every step of an open clock with its instant, in order, those already past too. None while it is paused.

    A paused clock has one: the end of its pause, when it has an end.
    """
    if not reading.is_open or (reading.target == 0 and reading.breached_at is None):
        return ()
    if reading.due_at is None:
        return () if reading.resumes_at is None else (_due(reading, reading.resumes_at, RESUME),)
    if reading.state not in (RUNNING, BREACHED, PAUSED):
        return ()
    breach_at = reading.breached_at or reading.due_at
    steps = _terms_of(reading, terms).steps
    found = [_due(reading, breach_at, BREACH)]
    found += [
        _due(reading, _falls(step, reading), step.key, step.tell)
        for step in steps
        if step.applies(reading.kind, reading.priority)
    ]
    return tuple(sorted(found))


def next_instant(reading: Reading, terms: Mapping[int, Terms] | Terms, *, after: datetime) -> Due | None:
    """The first planned instant after ``after``: what the clock's timer row is set to. None: no timer."""
    return next((due for due in planned(reading, terms) if due.at > after), None)


def _falls(step: Step, reading: Reading) -> datetime:
    due_at = reading.breached_at or reading.due_at
    if step.used is not None or due_at is None:
        share = step.used or 1
        return _when_used(reading, -(-reading.target * share.numerator // share.denominator))
    if not step.working:
        return due_at + timedelta(microseconds=step.offset)
    if step.offset < 0:
        return reading.calendar.ago(due_at, -step.offset)
    return reading.calendar.due(due_at, step.offset)


def _when_used(reading: Reading, amount: int) -> datetime:
    """When ``amount`` was or will be consumed, going on as the clock goes now."""
    before = 0
    for segment in reading.segments:
        if segment.counted and before + segment.counted >= amount:
            return segment.calendar.due(segment.from_at, amount - before)
        before += segment.counted
    last = reading.segments[-1].to_at if reading.segments else reading.started_at
    if last is None:  # pragma: no cover - an open clock has started
        raise ValueError(reading.kind)
    return instant(reading.calendar.due_micros(micros(last), amount - before))


def _terms_of(reading: Reading, terms: Mapping[int, Terms] | Terms) -> Terms:
    return terms if isinstance(terms, Terms) else terms[reading.agreement]  # type: ignore[index]


def _due(reading: Reading, at: datetime, step: str, tell: str = "") -> Due:
    return Due(at, reading.kind, reading.party, reading.cycle, step, tell)
