"""A case's ticket as our events and terms, so that the engine that reads tickets reads cases too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.domain.calendars import MINUTE, SECOND, Calendar, parsed
from tierline.domain.events import Event
from tierline.domain.slacases.rules import Foreign
from tierline.domain.slacases.verdict import BadCase
from tierline.domain.terms import DEFAULT_PAUSES, Amount, Kind, TargetKey, Terms

_TARGETS: Mapping[str, Kind] = {
    "first_response_min": Kind.FIRST_RESPONSE,
    "response_min": Kind.NEXT_RESPONSE,
    "update_interval_min": Kind.UPDATE_CADENCE,
    "keep_in_loop_min": Kind.UPDATE_CADENCE,
    "resolution_min": Kind.RESOLVE,
}
_ENDS = frozenset({"closed", "resolved", "rejected", "deleted", "merged", "removed"})
# Priorities of a case are names of its own: the one its targets are for is read as P2, any other as P3.
_TARGETED, _OTHER = "P2", "P3"
_PRIORITIES = ("P1", "P2", "P3", "P4")


@dataclass(frozen=True, slots=True)
class Story:
    """The part of a case's events that has been applied, in list order, for the reading of one clock kind."""

    case: Mapping[str, Any]
    applied: Sequence[Mapping[str, Any]]
    rules: Collection[Foreign]

    @property
    def sla(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.case["input"].get("sla") or {}
        return found

    @property
    def asked_at(self) -> datetime:
        return max(moment(said) for said in self.applied)

    def state(self) -> str:
        """The state the ticket is in after the last event."""
        named = [_state(said) for said in self.applied if _state(said)]
        return named[-1] if named else ""

    @property
    def pausing(self) -> frozenset[str]:
        said = self.case["input"]
        return frozenset(str(state) for state in said.get("paused_states") or ())

    def ignored(self, kind: Kind) -> frozenset[str]:
        """States in which the case's engine does not show this kind's deadline."""
        name = {Kind.NEXT_RESPONSE: "response", Kind.UPDATE_CADENCE: "keep_in_loop", Kind.RESOLVE: "resolution"}
        states = self.sla.get(f"{name.get(kind, 'first_response')}_ignored_states") or ()
        return frozenset(map(str, states))

    def stopping(self, kind: Kind) -> frozenset[str]:
        """States that become a wait of ours."""
        ignored = self.ignored(kind)
        return self.pausing if Foreign.IGNORED_STATE_HIDES_DUE in self.rules else self.pausing | ignored


def moment(said: Mapping[str, Any]) -> datetime:
    if "at" not in said or "type" not in said:
        raise BadCase(field="events", value=str(dict(said)))
    return parsed(said["at"], field="events.at")


def terms_of(case: Mapping[str, Any], sla: Mapping[str, Any], calendar: Calendar, rules: Collection[Foreign]) -> Terms:
    """The case's agreement. Every priority runs on the case's calendar."""
    targets: dict[TargetKey, Amount] = {}
    only = sla.get("matches_priority")
    held = case["input"].get("total_hold_sec") or 0
    for name, kind in _TARGETS.items():
        if sla.get(name) is not None:
            # Time that was already on hold is working time added to the resolution target.
            extra = held * SECOND if kind is Kind.RESOLVE else 0
            for priority in _PRIORITIES if only is None else (_TARGETED,):
                targets[kind, priority, None] = Amount(micros=_minutes(sla[name], name) + extra)
    pauses = dict(DEFAULT_PAUSES)
    if Foreign.PAUSE_STOPS_EVERY_CLOCK in rules or Foreign.IGNORED_STATE_STOPS_CLOCK in rules:
        pauses = dict.fromkeys(Kind, frozenset({"date"}))
    return Terms(
        calendars={"case": calendar},
        calendar_of=dict.fromkeys(_PRIORITIES, "case"),
        working="case",
        targets=targets,
        pauses=pauses,
    )


def events_of(story: Story, kind: Kind) -> list[Event]:
    """Our events for the case's. A later version of the agreement has the number of its change."""
    told = _Telling(story, kind)
    for said in story.applied:
        told.take(said)
    return told.events


class _Telling:
    """Writes our events while the case's are read in order. Which stamps count depends on the clock that is read."""

    def __init__(self, story: Story, kind: Kind) -> None:
        self.story = story
        self.kind = kind
        self.events: list[Event] = []
        self.is_waiting = self.is_closed = False
        self.changes = 0
        self._only_own = Foreign.STAMP_STOPS_ONE_CLOCK in story.rules

    def take(self, said: Mapping[str, Any]) -> None:
        name = f"_take_{said.get('type')}"
        if not hasattr(self, name):
            raise BadCase(field="events.type", value=str(said.get("type")))
        getattr(self, name)(said)

    def _take_created(self, said: Mapping[str, Any]) -> None:
        at = moment(said)
        by = "staff" if said.get("owner_is_requester") else said.get("by", "customer")
        payload: dict[str, Any] = {"agreement": 0, "priority": self._priority(said), "tier": 1}
        payload["by"] = "customer" if by == "customer" else "staff"
        if by == "none":
            # Nobody wrote, yet the clock of the first response runs: it was promised when the ticket was made.
            payload["promised_at"] = at
        self._add(at, "opened", payload, role="requester" if by == "customer" else "engineer")
        # Who opens a ticket towards the requester has given word; some engines count even the ticket as word.
        counts_as_word = by == "agent" or Foreign.UPDATES_FROM_RECEIPT in self.story.rules
        if self.kind is Kind.UPDATE_CADENCE and counts_as_word:
            self._add(at, "public_message", {})
        self._enter(said, at)

    def _take_customer_message(self, said: Mapping[str, Any]) -> None:
        at = moment(said)
        self._add(at, "customer_message", {}, role="requester")
        if self.is_waiting and Foreign.STATE_ALONE_ENDS_PAUSE in self.story.rules:
            self._add(at, "waited", {"on": "date"})
        elif self.is_waiting:
            self.is_waiting = False

    def _take_agent_message(self, said: Mapping[str, Any]) -> None:
        self._add(moment(said), "public_message", {})

    def _take_first_response_recorded(self, said: Mapping[str, Any]) -> None:
        if not self._only_own or self.kind is Kind.FIRST_RESPONSE:
            self._take_agent_message(said)

    def _take_agent_contact(self, said: Mapping[str, Any]) -> None:
        if not self._only_own or self.kind is not Kind.FIRST_RESPONSE:
            self._take_agent_message(said)

    def _take_customer_contact(self, said: Mapping[str, Any]) -> None:
        if not self._only_own or self.kind is not Kind.FIRST_RESPONSE:
            self._take_customer_message(said)

    def _take_state(self, said: Mapping[str, Any]) -> None:
        at = moment(said)
        if said.get("first_response"):
            self._add(at, "public_message", {})
        self._enter(said, at)

    def _take_closed(self, said: Mapping[str, Any]) -> None:
        self._close(moment(said))

    def _take_priority(self, said: Mapping[str, Any]) -> None:
        from_receipt = Foreign.CHANGE_COUNTS_FROM_RECEIPT in self.story.rules
        reason = "misread" if from_receipt else "worsened"
        self._add(moment(said), "prioritised", {"priority": self._priority(said), "reason": reason})

    def _take_sla_changed(self, said: Mapping[str, Any]) -> None:
        self.changes += 1
        if Foreign.CHANGE_COUNTS_FROM_RECEIPT not in self.story.rules:
            self._add(moment(said), "clock_rebased", {"agreement": self.changes})

    def _enter(self, said: Mapping[str, Any], at: datetime) -> None:
        state = _state(said)
        if state.casefold() in _ENDS:
            self._close(at)
            return
        if self.is_closed and state:
            self.is_closed = False
            self._add(at, "reopened", {"why": "person"})
        if state in self.story.stopping(self.kind):
            self.is_waiting = True
            self._add(at, "waited", {"on": "date"})
        elif self.is_waiting:
            self.is_waiting = False
            self._add(at, "resumed", {"why": "person"})

    def _close(self, at: datetime) -> None:
        if self.is_closed or (self._only_own and self.kind is not Kind.RESOLVE):
            return
        self.is_closed, self.is_waiting = True, False
        self._add(at, "resolved", {})

    def _priority(self, said: Mapping[str, Any]) -> str:
        only = self.story.sla.get("matches_priority")
        return _TARGETED if only is None or said.get("priority", only) == only else _OTHER

    def _add(self, at: datetime, type_: str, payload: dict[str, Any], *, role: str = "engineer") -> None:
        seq = len(self.events) + 1
        self.events.append(Event(1, seq, at, at, type_, actor_role=role, audience="public", payload=payload))


def changed_sla(said: Mapping[str, Any], before: Mapping[str, Any]) -> Mapping[str, Any]:
    """The agreement after ``sla_changed``: ``sla`` in whole, or the targets that the event itself names."""
    if "sla" in said:
        return said["sla"] or {}
    named = {key: value for key, value in said.items() if key not in ("type", "at")}
    return {**before, **named}


def _state(said: Mapping[str, Any]) -> str:
    if said.get("type") == "closed":
        return "closed"
    return str(said.get("state") or "")


def _minutes(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise BadCase(field=f"sla.{field}", value=str(value))
    return value * MINUTE
