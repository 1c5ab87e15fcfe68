"""What happened to a ticket: the vocabulary that clocks, history, reports and the projection read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MESSAGE, WAITING, STATE, PRIORITY, OWNER, RESOLUTION, OTHER = range(7)

# Rank inside one command: message, pause/resume, state, priority, owner, resolve (SLA.md section 2).
RANK: Mapping[str, int] = {
    "opened": STATE,
    "customer_message": MESSAGE,
    "public_message": MESSAGE,
    "note": MESSAGE,
    "call": MESSAGE,
    "waited": WAITING,
    "resumed": WAITING,
    "reopened": STATE,
    "classified": PRIORITY,
    "prioritised": PRIORITY,
    "assigned": OWNER,
    "escalated": OWNER,
    "paged": OWNER,
    "accepted": OWNER,
    "handed_back": OWNER,
    "restored": RESOLUTION,
    "resolved": RESOLUTION,
    "verified": RESOLUTION,
    "archived": RESOLUTION,
    "answer_confirmed": OTHER,
    "rca_issued": OTHER,
    "task_opened": OTHER,
    "task_finished": OTHER,
    "merged": OTHER,
    "merge_absorbed": OTHER,
    "unmerged": OTHER,
    "merge_released": OTHER,
    "split_off": OTHER,
    "linked": OTHER,
    "clock_warned": OTHER,
    "clock_breached": OTHER,
    "clock_dismissed": OTHER,
    "clock_restated": OTHER,
    "clock_rebased": OTHER,
}

# A message that opens a ticket is the ticket's opening: nothing of the same command may sort before it.
_OPENING = -1


# What may be taken back at once, and the event that does it: it names the other in ``undoes``.
TAKEN_BACK_BY: Mapping[str, str] = {
    "assigned": "assigned",
    "prioritised": "prioritised",
    "classified": "classified",
    "waited": "resumed",
    "resumed": "waited",
}

# Whose public word is an answer by a person of the support team.
STAFF = frozenset({"engineer", "manager"})


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded fact. ``payload`` holds codes, ids and numbers; ``words`` what people wrote.

    ``occurred_at`` is when it happened, ``recorded_at`` when we learned of it, both aware UTC.
    ``seq`` is the recording order within the ticket, from 1.
    """

    ticket_id: int
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    type: str
    channel: str = "system"
    actor_id: int | None = None
    actor_role: str = "system"
    audience: str = "internal"
    payload: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        return _OPENING if self.type == "opened" else RANK[self.type]


def in_fold_order(events: Iterable[Event], *, known_at: datetime | None = None) -> list[Event]:
    """Sorted by (occurred_at, rank inside the command, seq), without what was recorded after ``known_at``."""
    known = (e for e in events if known_at is None or e.recorded_at <= known_at)
    return sorted(known, key=lambda e: (e.occurred_at, e.rank, e.seq))


def standing(events: Iterable[Event]) -> Sequence[Event]:
    """Without each act that was taken back and the event that took it back: to every fold neither happened.

    An event that claims to take back something else than such an act stands for itself.
    """
    events = events if isinstance(events, list) else list(events)
    taken = {e.payload["undoes"]: e for e in events if "undoes" in e.payload}
    if not taken:
        return events
    gone: set[int] = set()
    for event in events:
        by = taken.get(event.seq)
        if by is not None and by.seq > event.seq and by.type == TAKEN_BACK_BY.get(event.type):
            gone |= {event.seq, by.seq}
    return [e for e in events if e.seq not in gone]
