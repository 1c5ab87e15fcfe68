"""Event logs of a tiered desk (VINST of the BPI Challenge 2013, as CSV or XES): status, team, line per event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, pairwise
from typing import Any

from tierline.domain.errors import Invalid
from tierline.imports.base import Case, Row, Step
from tierline.imports.shapes.counting import Distinct, most, spread

_DISTINCT = (
    "product",
    "resource",
    "resource_country",
    "support_team",
    "org_line",
    "org_country",
    "function_division",
)
_STATED = {
    "Major": ("extensive", "high"),
    "High": ("significant", "high"),
    "Medium": ("moderate", "medium"),
    "Low": ("minor", "low"),
}
_WAITS: Mapping[str, str] = {
    "Wait": "third_party",
    "Wait - User": "customer",
    "Wait - Customer": "customer",
    "Wait - Vendor": "third_party",
    "Wait - Implementation": "maintenance",
}
_DONE = {"Resolved", "In Call", "Closed", "Cancelled"}


class TieredLog:
    name = "tiered_log"
    columns = frozenset({"case_id", "timestamp", "status", "sub_status", "impact", "support_team", "support_line"})

    def key(self, row: Row) -> str:
        return row["case_id"]

    def figures(self) -> TieredFigures:
        return TieredFigures()

    def case(self, rows: Sequence[Row]) -> Case:
        rows = sorted(rows, key=lambda row: instant(row["timestamp"]))
        first, key = rows[0], rows[0]["case_id"]
        product = first.get("product", "")
        story = _Story(line=1)
        for row in rows:
            story.take(row)
        return Case(
            key=key,
            subject=f"{product or '-'} {key}",
            text=" · ".join(f"{name}: {first[name]}" for name in (*_DISTINCT, "impact") if first.get(name)) or key,
            opened_at=instant(first["timestamp"]),
            requester=f"{key.lower()}@import.invalid",
            stated=_STATED.get(first["impact"], ("", "")),
            steps=story.steps,
        )


class _Story:
    """The rows of a case in our words: line changes, waits, the end and the beginning again."""

    def __init__(self, *, line: int) -> None:
        self.steps: list[Step] = []
        self._line = line
        self._state = "open"

    def take(self, row: Row) -> None:
        at = instant(row["timestamp"])
        self._say("note", at, {"kind": "work"}, text=_sentence(row))
        line = _line(row["support_line"] or str(self._line))
        sub = row["sub_status"]
        if sub in _DONE:
            self._move_to(line, at)
            self._end(sub, at)
            return
        self._go_on(at, waits=sub in _WAITS)
        self._move_to(line, at)
        if sub in _WAITS and self._state != "waiting":
            self._say("waited", at, {"on": _WAITS[sub], "reason": sub})
            self._state = "waiting"

    def _go_on(self, at: datetime, *, waits: bool) -> None:
        if self._state == "waiting" and not waits:
            self._say("resumed", at, {"why": "person"})
        elif self._state in ("resolved", "archived"):
            self._say("reopened", at, {"why": "person"})
        else:
            return
        self._state = "open"

    def _move_to(self, line: int, at: datetime) -> None:
        if self._state in ("resolved", "archived"):
            return
        if line > self._line:
            self._say("escalated", at, {"to": line, "was": self._line})
            self._say("accepted", at, {"tier": line, "assignee": None})
        elif line < self._line:
            self._say("handed_back", at, {"to": line, "reason": "other"})
        self._line = line

    def _end(self, sub: str, at: datetime) -> None:
        if self._state == "waiting":
            self._say("resumed", at, {"why": "person"})
        if self._state in ("open", "waiting"):
            self._say("resolved", at, {"cause": "cancelled" if sub == "Cancelled" else "unknown", "replied": False})
            self._state = "resolved"
        if sub in ("Closed", "Cancelled") and self._state == "resolved":
            self._say("verified", at, {"by": "silence"})
            self._say("archived", at, {"knowledge": "none"})
            self._state = "archived"

    def _say(self, type_: str, at: datetime, payload: Mapping[str, Any], **words: str) -> None:
        self.steps.append(Step(type_, at, payload, words))


class TieredFigures:
    """Cases, events, statuses, durations, lines and teams. A line is blank where the log has no teams."""

    def __init__(self) -> None:
        self._cases = self._events = self._disordered = 0
        self._ends: list[tuple[datetime, str]] = []
        self._status: Counter[str] = Counter()
        self._pair: Counter[str] = Counter()
        self._impact: Counter[str] = Counter()
        self._distinct = Distinct(_DISTINCT)
        self._days: list[float] = []
        self._waits_for_user = 0
        self._lines = _Lines()

    def take(self, rows: Sequence[Row]) -> None:
        self._cases += 1
        self._events += len(rows)
        at = [instant(row["timestamp"]) for row in rows]
        self._disordered += any(a > b for a, b in pairwise(at))
        told = sorted(zip(at, (row["timestamp"] for row in rows), strict=True))
        self._ends = [min([*self._ends[:1], told[0]]), max([*self._ends[1:], told[-1]])]
        self._status.update(row["status"] for row in rows)
        self._pair.update(f"{row['status']} / {row['sub_status']}" for row in rows)
        self._impact[rows[-1]["impact"]] += 1
        self._distinct.take(rows)
        self._days.append((told[-1][0] - told[0][0]).total_seconds() / 86400)
        self._waits_for_user += any(row["sub_status"] == "Wait - User" for row in rows)
        self._lines.take(rows)

    def result(self) -> dict[str, Any]:
        general = {
            "cases": self._cases,
            "events": self._events,
            "first_event": self._ends[0][1] if self._ends else None,
            "last_event": self._ends[1][1] if self._ends else None,
            "status_counts": most(self._status),
            "status_substatus_counts": most(self._pair),
            "impact_of_last_event_by_case": most(self._impact),
            "distinct": self._distinct.result(),
            "case_duration_days": spread(self._days),
            "cases_with_timestamps_out_of_order": self._disordered,
        }
        if not self._lines.is_known:
            return general
        return {**general, **self._lines.result(), "cases_with_Wait_User": self._waits_for_user}


class _Lines:
    """How cases wander between support lines and teams."""

    def __init__(self) -> None:
        self.is_known = False
        self._first: Counter[str] = Counter()
        self._highest: Counter[str] = Counter()
        self._sequence: Counter[str] = Counter()
        self._at_front = self._down = self._ping_pong = 0

    def take(self, rows: Sequence[Row]) -> None:
        lines = [line for line, _ in groupby(row["support_line"] for row in rows) if line]
        teams = [team for team, _ in groupby(row["support_team"] for row in rows)]
        if not lines:
            return
        self.is_known = True
        self._first[lines[0]] += 1
        self._highest[max(lines)] += 1
        self._sequence["-".join(lines)] += 1
        completed = next((row for row in rows if row["status"] == "Completed"), None)
        self._at_front += completed is not None and completed["support_line"] == "1"
        self._down += any(a > b for a, b in pairwise(lines))
        self._ping_pong += any(a == b for a, b in zip(teams, teams[2:], strict=False))

    def result(self) -> dict[str, Any]:
        return {
            "first_line_of_case": most(self._first),
            "highest_line_reached": most(self._highest),
            "cases_touching_only_line_1": self._highest["1"],
            "line_sequence_top20": most(self._sequence, 20),
            "push_to_front_compliant_IBM_rule": self._at_front,
            "cases_handed_down_a_line": self._down,
            "cases_with_team_ping_pong_A_B_A": self._ping_pong,
        }


def instant(text: str) -> datetime:
    """ISO 8601; without an offset it is UTC. Raises Invalid."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid(field="timestamp", value=text[:60]) from wrong
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _line(text: str) -> int:
    if text not in ("1", "2", "3"):
        raise Invalid(field="support_line", value=text[:60], allowed=[1, 2, 3])
    return int(text)


def _sentence(row: Row) -> str:
    team = f" · {row['support_team']}" if row["support_team"] else ""
    return f"{row['status']} / {row['sub_status']}{team}"
