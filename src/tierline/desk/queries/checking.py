"""How far has first troubleshooting come on this ticket?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.desk.models import Ticket
from tierline.domain.events import Event
from tierline.knowledge.queries import checklists
from tierline.knowledge.queries.checklists import ChecklistRow, StepRow


@dataclass(frozen=True, slots=True)
class Result:
    """``result``: passed, failed or skipped."""

    result: str
    text: str
    actor_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """A checklist with what each of its steps showed so far; ``is_next`` is the first step without a result."""

    checklist: ChecklistRow
    steps: Sequence[tuple[StepRow, Result | None]]

    @property
    def done(self) -> int:
        return sum(result is not None for _, result in self.steps)

    @property
    def next_step(self) -> int | None:
        return next((step.number for step, result in self.steps if result is None), None)


def results(events: Iterable[Event]) -> Mapping[tuple[int, int, int], Result]:
    """(checklist, version, step) -> the last word on it."""
    return {
        (e.payload["checklist"], e.payload["version"], e.payload["step"]): Result(
            e.payload["result"], str(e.words.get("text", "")), e.actor_id, e.occurred_at
        )
        for e in events
        if e.type == "note" and "checklist" in e.payload
    }


def progress(ticket: Ticket, events: Sequence[Event]) -> Progress | None:
    """In the version that was begun with; of one not begun, the newest. None where the fault class has no checklist."""
    known = results(events)
    begun = next(iter(known), None)
    if begun is not None:
        followed = checklists.checklist(begun[0], version=begun[1])
    else:
        found = checklists.for_class(ticket.enterprise_id, ticket.fault_class)
        if found is None:
            return None
        followed = found
    steps = [(step, known.get((followed.id, followed.version, step.number))) for step in followed.steps]
    return Progress(followed, steps)


def steps_tried(events: Iterable[Event]) -> list[dict[str, str]]:
    """For the hand-over package: each step with what it showed, in the order in which it was taken."""
    last: dict[tuple[int, int], dict[str, str]] = {}
    for e in events:
        if e.type == "note" and "checklist" in e.payload:
            said = " ".join(str(e.words.get("text", "")).split())
            mark = MARKS[e.payload["result"]]
            step = {"step": str(e.words.get("title", "")), "result": f"{mark} {said}".strip()}
            last[e.payload["checklist"], e.payload["step"]] = step
    return list(last.values())


MARKS: Mapping[str, str] = {"passed": "✓", "failed": "✗", "skipped": "–"}
