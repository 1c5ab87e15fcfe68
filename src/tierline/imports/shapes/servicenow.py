"""The audit log of a ServiceNow desk: one row per update of an incident, day-first times, ``?`` for unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tierline.domain.errors import Invalid
from tierline.imports.base import Case, Row, Step
from tierline.imports.shapes.counting import Distinct, most

UNKNOWN = "?"
_DISTINCT = (
    "caller_id",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "assignment_group",
    "assigned_to",
    "resolved_by",
)
_STATED = {"1": ("extensive", "high"), "2": ("significant", "high"), "3": ("moderate", "medium"), "4": ("minor", "low")}
_WAITS = {
    "Awaiting User Info": "customer",
    "Awaiting Problem": "third_party",
    "Awaiting Vendor": "third_party",
    "Awaiting Evidence": "customer",
}


class ServiceNow:
    name = "servicenow"
    columns = frozenset({"number", "incident_state", "made_sla", "opened_at", "sys_updated_at", "priority", *_DISTINCT})

    def key(self, row: Row) -> str:
        return row["number"]

    def figures(self) -> IncidentFigures:
        return IncidentFigures()

    def case(self, rows: Sequence[Row]) -> Case:
        first = rows[0]
        caller = first["caller_id"]
        requester = "" if caller == UNKNOWN else "-".join(caller.lower().split())
        return Case(
            key=first["number"],
            subject=" · ".join(_known(first, "category", "subcategory", "u_symptom")) or first["number"],
            text=" · ".join([first["number"], *_known(first, "category", "subcategory", "u_symptom", "location")]),
            opened_at=day_first(first["opened_at"], "opened_at"),
            requester=f"{requester or first['number'].lower()}@import.invalid",
            stated=_STATED.get(first["priority"][:1], ("", "")),
            steps=_steps(rows),
        )


def _steps(rows: Sequence[Row]) -> list[Step]:
    steps: list[Step] = []
    was = "New"
    updated = [(day_first(row["sys_updated_at"], "sys_updated_at"), row) for row in rows]
    for at, row in sorted(updated, key=lambda pair: pair[0]):
        state = row["incident_state"]
        words = " · ".join([state, *_known(row, "assignment_group", "assigned_to")])
        steps.append(Step("note", at, {"kind": "work"}, {"text": words}))
        if state != was:
            steps += _moved(was, state, at)
        was = state
    return steps


def _moved(was: str, state: str, at: datetime) -> list[Step]:
    """What a change of state means in our vocabulary."""
    moved: list[Step] = []
    is_over = state in ("Resolved", "Closed")
    if was in _WAITS and state not in _WAITS:
        moved.append(Step("resumed", at, {"why": "person"}))
    if was in ("Resolved", "Closed") and not is_over:
        moved.append(Step("reopened", at, {"why": "person"}))
    if is_over and was not in ("Resolved", "Closed"):
        moved.append(Step("resolved", at, {"cause": "unknown", "replied": False}))
    if state == "Closed" and was != "Closed":
        moved += [Step("verified", at, {"by": "silence"}), Step("archived", at, {"knowledge": "none"})]
    if state in _WAITS and was not in _WAITS:
        moved.append(Step("waited", at, {"on": _WAITS[state], "reason": state}))
    return moved


class IncidentFigures:
    """Counts over the log; ``final_*`` are of each incident's last row."""

    def __init__(self) -> None:
        self._events = self._incidents = self._reassigned = self._reopened = 0
        self._opened: list[datetime] = []
        self._final: dict[str, Counter[str]] = {n: Counter() for n in ("made_sla", "priority", "incident_state")}
        self._states: Counter[str] = Counter()
        self._distinct = Distinct(_DISTINCT)

    def take(self, rows: Sequence[Row]) -> None:
        self._incidents += 1
        self._events += len(rows)
        last, opened = rows[-1], day_first(rows[0]["opened_at"], "opened_at")
        self._opened = [min([*self._opened[:1], opened]), max([*self._opened[1:], opened])]
        for name, counter in self._final.items():
            counter[last[name]] += 1
        self._reassigned += _number(last, "reassignment_count") > 0
        self._reopened += _number(last, "reopen_count") > 0
        self._states.update(row["incident_state"] for row in rows)
        self._distinct.take(rows)

    def result(self) -> dict[str, Any]:
        return {
            "events": self._events,
            "incidents": self._incidents,
            "opened_from": f"{self._opened[0]:%Y-%m-%d %H:%M:%S}" if self._opened else None,
            "opened_to": f"{self._opened[1]:%Y-%m-%d %H:%M:%S}" if self._opened else None,
            **{f"final_{name}": most(counter) for name, counter in self._final.items()},
            "reassigned_at_least_once": self._reassigned,
            "reopened_at_least_once": self._reopened,
            "incident_state_events": most(self._states),
            "distinct": self._distinct.result(),
        }


def day_first(text: str, field: str) -> datetime:
    """``29/2/2016 01:16``; the log names no zone and is read as UTC. Raises Invalid."""
    try:
        return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise Invalid(field=field, value=text[:60]) from wrong


def _number(row: Row, field: str) -> int:
    text = row.get(field, "0")
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(field=field, value=text[:60])
    return int(text)


def _known(row: Row, *names: str) -> list[str]:
    return [row[name] for name in names if row.get(name) not in (None, "", UNKNOWN)]
