"""Cases that tell a ticket's story and ask what its clocks show: read by the clock engine, in the case's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from tierline.domain.calendars import MINUTE, SECOND, parsed, shown
from tierline.domain.sla import BREACHED, MET, NO_REPLY, PAUSED, RUNNING, Reading, read_clocks
from tierline.domain.slacases.rules import Foreign
from tierline.domain.slacases.schedule import Schedule, read_schedule
from tierline.domain.slacases.translation import Story, changed_sla, events_of, moment, terms_of
from tierline.domain.slacases.verdict import Answer, BadCase, compared
from tierline.domain.terms import Kind

_DUE = {
    "first_response_due": Kind.FIRST_RESPONSE,
    "response_due": Kind.NEXT_RESPONSE,
    "update_due": Kind.UPDATE_CADENCE,
    "keep_in_loop_due": Kind.UPDATE_CADENCE,
    "resolution_due": Kind.RESOLVE,
}
_USED = {
    "first_response": Kind.FIRST_RESPONSE,
    "response": Kind.NEXT_RESPONSE,
    "update": Kind.UPDATE_CADENCE,
    "resolution": Kind.RESOLVE,
}


class Shown:
    """What the clocks of a story show after its last applied event, under the keys of the format."""

    def __init__(self, story: Story, schedule: Schedule) -> None:
        self._story = story
        self._schedule = schedule

    def value(self, key: str) -> Any:
        """Raises BadCase for a key that the format does not have."""
        if key in _DUE:
            return _text(self._due(_DUE[key]))
        for ending, read in (("_in_min", self._used), ("_left_min", self._left), ("_time_sec", self._seconds)):
            name = key.removesuffix(ending)
            if name != key and name in _USED:
                return read(_USED[name])
        asked = getattr(self, f"_{key}", None)
        if asked is None:
            raise BadCase(field="expected", value=key)
        return asked()

    def ledger(self) -> list[dict[str, Any]]:
        return [reading.to_json() for kind in dict.fromkeys(_DUE.values()) for reading in self._read(kind)]

    @cached_property
    def _cache(self) -> dict[Kind, list[Reading]]:
        return {}

    def _read(self, kind: Kind) -> list[Reading]:
        if kind not in self._cache:
            story = self._story
            events = events_of(story, kind)
            every = read_clocks(events, terms=_versions(story, self._schedule), at=story.asked_at)
            self._cache[kind] = [reading for reading in every if reading.kind == kind]
        return self._cache[kind]

    def _open(self, kind: Kind) -> Reading | None:
        return next((r for r in self._read(kind) if r.is_open), None)

    def _due(self, kind: Kind) -> datetime | None:
        rules, state = self._story.rules, self._story.state()
        if Foreign.CLOSED_SHOWS_NO_DUE in rules and state.casefold() in ("closed", "resolved"):
            return None
        if Foreign.IGNORED_STATE_HIDES_DUE in rules and state in self._story.ignored(kind):
            return None
        running = self._open(kind)
        return running.due_at if running else None

    def _worst(self, kind: Kind) -> Reading | None:
        """The stopped cycle that used most: an engine's figure for a clock of many cycles is its longest."""
        stopped = [r for r in self._read(kind) if r.state in (MET, BREACHED) and not r.is_open]
        answered = [r for r in stopped if r.verdict_note != NO_REPLY]
        return max(answered, key=lambda reading: reading.consumed, default=None)

    def _used(self, kind: Kind) -> int | None:
        worst = self._worst(kind)
        return worst.consumed // MINUTE if worst else None

    def _left(self, kind: Kind) -> int | None:
        worst = self._worst(kind)
        return worst.target // MINUTE - worst.consumed // MINUTE if worst else None

    def _seconds(self, kind: Kind) -> int | None:
        worst = self._worst(kind)
        return worst.consumed // SECOND if worst else None

    def _next_due(self) -> str | None:
        kinds = (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.UPDATE_CADENCE, Kind.RESOLVE)
        return _text(min((due for due in map(self._due, kinds) if due), default=None))

    def _due_of_all(self) -> str | None:
        """One deadline of the ticket: an unanswered message goes before our next update, resolution beside both."""
        answer = self._due(Kind.NEXT_RESPONSE) or self._due(Kind.UPDATE_CADENCE)
        return _text(min((due for due in (answer, self._due(Kind.RESOLVE)) if due), default=None))

    def _clock_starts(self) -> str | None:
        return _text(self._schedule.calendar.opens_at(moment(self._story.applied[0])))

    def _first_responded_on(self) -> str | None:
        first = next((r for r in self._read(Kind.NEXT_RESPONSE) if r.stopped_at is not None), None)
        return _text(first.stopped_at if first else None)

    def _total_hold_sec(self) -> int:
        held = [s for r in self._read(Kind.RESOLVE) for s in r.segments if s.state == PAUSED and s.reason != "resolved"]
        return sum(s.calendar.work(s.from_at, s.to_at) for s in held) // SECOND

    def _on_hold_since(self) -> str | None:
        held = next((r for r in self._read(Kind.RESOLVE) if r.state == PAUSED), None)
        if held is None:
            return None
        # Paused at this very moment, the pause has no stretch yet.
        return _text(held.segments[-1].from_at if held.ledger and not held.ledger[-1][2] else self._story.asked_at)

    def _resolved_on(self) -> str | None:
        done = next((r for r in self._read(Kind.RESOLVE) if r.stopped_at is not None), None)
        return _text(done.stopped_at if done else None)

    def _status(self) -> str:
        """Frappe's words for the agreement's state."""
        readings = [*self._read(Kind.NEXT_RESPONSE), *self._read(Kind.RESOLVE)]
        resolution = self._read(Kind.RESOLVE)
        if resolution and not resolution[-1].is_open:
            return "Failed" if any(r.breached_at for r in readings) else "Fulfilled"
        if self._story.state() in self._story.pausing:
            return "Paused"
        return "First Response Due" if self._open(Kind.NEXT_RESPONSE) else "Resolution Due"


def answer_timeline(case: Mapping[str, Any], rules: Collection[Foreign]) -> Answer:
    """Every check of the case, and what it expects after the last event. Raises BadCase and the engine's errors."""
    schedule = read_schedule(case.get("calendar"))
    events = _events(case)
    expected = case["expected"]
    is_right = True
    got: dict[str, Any] = {}
    ledger: list[dict[str, Any]] = []
    checks = list(expected.get("checks") or ())
    final = {key: wanted for key, wanted in expected.items() if key != "checks"}
    for check in [*checks, final]:
        last = check.get("after_event", len(events) - 1)
        if not isinstance(last, int) or not 0 <= last < len(events):
            raise BadCase(field="after_event", value=str(last))
        view = Shown(Story(case, events[: last + 1], rules), schedule)
        told = {key: view.value(_spelt(key)) for key in check if key not in ("after_event", "also_acceptable")}
        is_right = is_right and compared(check, told)
        ledger = view.ledger()
        if check is final:
            got.update(told)
        else:
            got.setdefault("checks", []).append({"after_event": last, **told})
    return Answer(expected, got, ledger, is_right)


def answer_working_time(case: Mapping[str, Any], rules: Collection[Foreign]) -> Answer:
    """Open time inside a window, cut to the ticket's life and without its pauses."""
    schedule = read_schedule(case.get("calendar"))
    said = case["input"]
    since, until = parsed(said["window_start"], field="window_start"), parsed(said["window_end"], field="window_end")
    # The target does not matter here, only that there is a clock to read.
    asked = {**case, "input": {**said, "sla": {"resolution_min": 1}}}
    story = Story(asked, _events(case), rules)
    readings = read_clocks(
        events_of(story, Kind.RESOLVE), terms=_versions(story, schedule), at=max(until, story.asked_at)
    )
    worked = sum(
        segment.calendar.work(max(segment.from_at, since), min(segment.to_at, until))
        for reading in readings
        for segment in reading.segments
        if segment.state == RUNNING
    )
    expected = case["expected"]
    got = {"seconds": worked // SECOND}
    return Answer(expected, got, [reading.to_json() for reading in readings], compared(expected, got))


def rules_of_its_engine(case: Mapping[str, Any]) -> frozenset[Foreign]:
    """What the case's vocabulary says about the engine it was written for."""
    said = case["input"]
    sla = said.get("sla") or {}
    types = {event.get("type") for event in said.get("events") or ()}
    found = {Foreign.CLOSED_SHOWS_NO_DUE, Foreign.STATE_ALONE_ENDS_PAUSE, Foreign.CHANGE_COUNTS_FROM_RECEIPT}
    if said.get("paused_states"):
        found.add(Foreign.PAUSE_STOPS_EVERY_CLOCK)
    if types & {"first_response_recorded", "agent_contact", "customer_contact"}:
        found.add(Foreign.STAMP_STOPS_ONE_CLOCK)
    if "update_interval_min" in sla:
        found.add(Foreign.UPDATES_FROM_RECEIPT)
    if any(key.endswith("_ignored_states") for key in sla):
        excludes = sla.get("exclude_time_in_ignored_states", False)
        found.add(Foreign.IGNORED_STATE_STOPS_CLOCK if excludes else Foreign.IGNORED_STATE_HIDES_DUE)
    return frozenset(found)


def _events(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    events = list(case["input"].get("events") or ())
    if not events or events[0].get("type") != "created":
        raise BadCase(field="events", value="created")
    return events


def _versions(story: Story, schedule: Schedule) -> dict[int, Any]:
    """The terms by version: 0 from the start, n after the n-th change."""
    sla = story.sla
    slas = [sla]
    for said in story.applied:
        if said.get("type") == "sla_changed":
            slas.append(changed_sla(said, slas[-1]))
    if Foreign.CHANGE_COUNTS_FROM_RECEIPT in story.rules:
        slas = slas[-1:]
    return {n: terms_of(story.case, sla, schedule.calendar, story.rules) for n, sla in enumerate(slas)}


def _spelt(key: str) -> str:
    return "due_of_all" if key == "due" else key


def _text(at: datetime | None) -> str | None:
    return None if at is None else shown(at)
