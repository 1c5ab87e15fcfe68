"""What differs between two wordings, and what a party owes for its task."""

from __future__ import annotations

from typing import Any

import pytest

from tierline.domain.calendars import parsed
from tierline.domain.events import Event
from tierline.domain.sla import read_clocks
from tierline.domain.terms import Terms, changes

BASE = Terms.default().to_json()
PARTY = {"task": {"rnd": {"P2": {"calendar": "always", "target": {"hours": 3}}}}}


def differing(**fields: Any) -> list[tuple[str, tuple[str, ...]]]:
    found = changes(Terms.from_json(BASE), Terms.from_json({**BASE, **fields}))
    return [(change.field, change.key) for change in found]


ROWS = [
    # what it shows, fields that differ, what is said to have changed
    ("nothing", {}, []),
    ("the reopening window", {"reopen_hours": 240}, [("rule", ("reopen_hours",))]),
    ("outages", {"excludes_outages": True}, [("rule", ("excludes_outages",))]),
    ("a calendar", {"calendar_of": {**BASE["calendar_of"], "P3": "always"}}, [("calendar_of", ("P3",))]),
    ("a tier's calendar", {"tier_calendars": {"L2": {"P3": "always"}}}, [("tier_calendar", ("L2", "P3"))]),
    ("the wording of a calendar", {"calendars": {"office": {**BASE["calendars"]["office"], "version": 2}}},
     [("calendar", ("office",))]),
    ("one target", {"targets": {**BASE["targets"], "rca": {"P1": {"working_days": 3}}}}, [("target", ("rca", "P1", ""))]),
    ("a target that goes", {"targets": {k: v for k, v in BASE["targets"].items() if k != "rca"}},
     [("target", ("rca", "P1", ""))]),
    ("a tier's target", {"targets": {**BASE["targets"], "hand_off_accept": {"P1": {"L3": {"minutes": 5}}}}},
     [("target", ("hand_off_accept", "P1", "L3"))]),
    ("a pause", {"pauses": {**BASE["pauses"], "restore": ["customer"]}},
     [("pause", ("restore", "date")), ("pause", ("restore", "maintenance"))]),
    ("an alert step", {"steps": BASE["steps"][:1]}, [("step", ("last_call",))]),
    ("a credit", {"credits": BASE["credits"][:1]}, [("credit", ("restore", "P2"))]),
    ("a return", {"return_minutes": {**BASE["return_minutes"], "P4": 500}}, [("return", ("P4",))]),
    ("what a department owes", {"parties": PARTY}, [("party", ("task", "rnd", "P2"))]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "said"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_a_change_is_named_and_nothing_else(fields: dict[str, Any], said: list[Any]) -> None:
    assert differing(**fields) == said


def test_both_sides_are_told() -> None:
    (change,) = changes(Terms.from_json(BASE), Terms.from_json({**BASE, "reopen_hours": 240}))
    assert (change.before, change.after) == (168, 240)


def test_parties_come_back_as_they_were_written() -> None:
    terms = Terms.from_json({**BASE, "parties": PARTY})
    assert terms.to_json()["parties"] == PARTY
    assert Terms.from_json(terms.to_json()) == terms


TASKS = [
    # what it shows, what the task says, due after opening
    ("a party with terms of its own", {"department": "rnd"}, "2026-06-01T05:00:00+00:00"),
    ("a deadline of the task goes before", {"department": "rnd", "due_at": "2026-06-01T03:00:00+00:00"},
     "2026-06-01T03:00:00+00:00"),
    ("another party gets the agreement's target", {"department": "ops"}, "2026-06-01T10:00:00+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("task", "due"), [r[1:] for r in TASKS], ids=[r[0] for r in TASKS])
def test_a_task_is_due_as_its_party_promised(task: dict[str, Any], due: str) -> None:
    targets = {**BASE["targets"], "task": {"P2": {"hours": 8}}}
    terms = Terms.from_json({**BASE, "targets": targets, "parties": PARTY})
    at = parsed("2026-06-01T02:00:00+00:00")
    opened = {"by": "customer", "priority": "P2", "impact": "significant", "urgency": "high", "started_at": at}
    told = [("opened", "requester", opened), ("task_opened", "engineer", {"task": 1, **task})]
    events = [
        Event(1, n, at, at, kind, "web", 1, role, "internal", payload, {})
        for n, (kind, role, payload) in enumerate(told)
    ]
    (reading,) = [r for r in read_clocks(events, terms=terms, at=at) if r.kind == "task"]
    assert reading.due_at == parsed(due)
