"""What a ticket's events add up to: the row that lists show is this fold, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tierline.domain.events import Event, in_fold_order, standing
from tierline.domain.lifecycle import Move, State, legal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ticket at an instant. Ids are the database's; ``tier`` is who has it, ``pending_tier`` who was asked to."""

    subject: str
    channel: str
    opened_at: datetime
    started_at: datetime
    customer: int | None = None
    requester: int | None = None
    service: int | None = None
    asset: int | None = None
    fault_class: str = ""
    agreement: int | None = None
    state: State = State.NEW
    impact: str = ""
    urgency: str = ""
    priority: str = "P2"
    graded: bool = False
    priority_reason: str = ""
    tier: int = 1
    pending_tier: int | None = None
    tier_reached: int = 1
    assignee: int | None = None
    waiting_on: str = ""
    waiting_until: datetime | None = None
    last_customer_at: datetime | None = None
    last_public_at: datetime | None = None
    restored_at: datetime | None = None
    resolved_at: datetime | None = None
    verified_at: datetime | None = None
    archived_at: datetime | None = None
    cause: str = ""
    known_error: int | None = None
    article: int | None = None
    reopen_count: int = 0
    open_tasks: int = 0
    merged_into: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has work with it; what queues and counts show."""
        return self.merged_into is None and self.state in (State.NEW, State.OPEN, State.WAITING)

    @property
    def is_answered(self) -> bool:
        """Whether a person's public word is younger than the customer's last one."""
        if self.last_public_at is None:
            return False
        return self.last_customer_at is None or self.last_public_at >= self.last_customer_at


Change = Mapping[str, Any]


def fold(events: Iterable[Event]) -> Snapshot:
    """The snapshot after all events. Raises ValueError when they do not start with an opening."""
    ordered = in_fold_order(standing(events))
    if not ordered or ordered[0].type != "opened":
        raise ValueError("a ticket's events start with its opening")
    snapshot = opening(ordered[0])
    for event in ordered[1:]:
        snapshot = apply(snapshot, event)
    return snapshot


def opening(event: Event) -> Snapshot:
    told = event.payload
    return Snapshot(
        subject=event.words.get("subject", ""),
        channel=event.channel,
        opened_at=event.occurred_at,
        started_at=_instant(told.get("started_at")) or event.occurred_at,
        customer=told.get("customer"),
        requester=told.get("requester"),
        service=told.get("service"),
        asset=told.get("asset"),
        agreement=told.get("agreement"),
        impact=told.get("impact") or told.get("stated_impact") or "",
        urgency=told.get("urgency") or told.get("stated_urgency") or "",
        graded=bool(told.get("impact") and told.get("urgency")),
        priority=told["priority"],
        priority_reason=told.get("priority_reason", ""),
        last_customer_at=event.occurred_at if told.get("by") == "customer" else None,
    )


def apply(snapshot: Snapshot, event: Event) -> Snapshot:
    """The snapshot after one more event. Types that change nothing here (clock events, notes) return it as it is."""
    reader = _READERS.get(event.type)
    return snapshot if reader is None else replace(snapshot, **reader(snapshot, event))


def moves_of(snapshot: Snapshot) -> list[str]:
    """The moves that are open to somebody now; who may make them is a matter of policy."""
    if snapshot.merged_into is not None:
        return sorted([Move.LINK.value, Move.NOTE.value, Move.UNMERGE.value])
    moves = set(legal(snapshot.state)) - {Move.UNMERGE.value}
    if snapshot.pending_tier is None:
        moves.discard(Move.ACCEPT.value)
        if snapshot.tier == 1:
            moves.discard(Move.HAND_BACK.value)
    else:
        moves.discard(Move.ESCALATE.value)
    if snapshot.tier == 3:
        moves.discard(Move.ESCALATE.value)
    if snapshot.priority != "P1":
        moves.discard(Move.RCA.value)
    return sorted(moves)


def _customer_message(s: Snapshot, e: Event) -> Change:
    return {"last_customer_at": e.occurred_at}


def _public_message(s: Snapshot, e: Event) -> Change:
    if e.payload.get("automatic"):
        return {}
    return {"last_public_at": e.occurred_at, "state": State.OPEN if s.state is State.NEW else s.state}


def _call(s: Snapshot, e: Event) -> Change:
    return _public_message(s, e) if e.payload.get("two_way") else {}


def _classified(s: Snapshot, e: Event) -> Change:
    return {"service": e.payload.get("service"), "fault_class": e.payload.get("fault_class") or ""}


def _prioritised(s: Snapshot, e: Event) -> Change:
    told = e.payload
    return {
        "impact": told["impact"],
        "urgency": told["urgency"],
        "priority": told["priority"],
        "priority_reason": told.get("priority_reason", ""),
        "graded": True,
    }


def _assigned(s: Snapshot, e: Event) -> Change:
    return {"assignee": e.payload.get("assignee"), "state": State.OPEN if s.state is State.NEW else s.state}


def _waited(s: Snapshot, e: Event) -> Change:
    return {
        "state": State.WAITING,
        "waiting_on": e.payload["on"],
        "waiting_until": _instant(e.payload.get("until")),
    }


def _resumed(s: Snapshot, e: Event) -> Change:
    return {"state": State.OPEN, "waiting_on": "", "waiting_until": None}


def _escalated(s: Snapshot, e: Event) -> Change:
    return {"pending_tier": e.payload["to"]}


def _accepted(s: Snapshot, e: Event) -> Change:
    tier = e.payload["tier"]
    return {
        "tier": tier,
        "tier_reached": max(tier, s.tier_reached),
        "pending_tier": None,
        "assignee": e.payload.get("assignee"),
    }


def _handed_back(s: Snapshot, e: Event) -> Change:
    return {"tier": e.payload["to"], "pending_tier": None, "assignee": e.payload.get("assignee")}


def _task_opened(s: Snapshot, e: Event) -> Change:
    return {"open_tasks": s.open_tasks + 1}


def _task_finished(s: Snapshot, e: Event) -> Change:
    return {"open_tasks": s.open_tasks - 1}


def _restored(s: Snapshot, e: Event) -> Change:
    return {"restored_at": e.occurred_at}


def _resolved(s: Snapshot, e: Event) -> Change:
    told = e.payload
    return {
        "state": State.RESOLVED,
        "pending_tier": None,
        "resolved_at": e.occurred_at,
        "restored_at": s.restored_at or e.occurred_at,
        "cause": told["cause"],
        "known_error": told.get("known_error"),
        "article": told.get("article"),
        "waiting_on": "",
        "waiting_until": None,
    }


def _verified(s: Snapshot, e: Event) -> Change:
    return {"state": State.VERIFIED, "verified_at": e.occurred_at}


def _archived(s: Snapshot, e: Event) -> Change:
    return {"state": State.ARCHIVED, "archived_at": e.occurred_at, "article": e.payload.get("article") or s.article}


def _reopened(s: Snapshot, e: Event) -> Change:
    return {
        "state": State.OPEN,
        "reopen_count": s.reopen_count + 1,
        "restored_at": None,
        "resolved_at": None,
        "verified_at": None,
        "archived_at": None,
    }


def _merged(s: Snapshot, e: Event) -> Change:
    return {"merged_into": e.payload["into"]}


def _rebased(s: Snapshot, e: Event) -> Change:
    return {"agreement": e.payload["agreement"]}


def _unmerged(s: Snapshot, e: Event) -> Change:
    return {"merged_into": None}


_READERS: Mapping[str, Callable[[Snapshot, Event], Change]] = {
    "customer_message": _customer_message,
    "public_message": _public_message,
    "call": _call,
    "classified": _classified,
    "prioritised": _prioritised,
    "assigned": _assigned,
    "waited": _waited,
    "resumed": _resumed,
    "escalated": _escalated,
    "accepted": _accepted,
    "handed_back": _handed_back,
    "task_opened": _task_opened,
    "task_finished": _task_finished,
    "restored": _restored,
    "resolved": _resolved,
    "verified": _verified,
    "archived": _archived,
    "reopened": _reopened,
    "merged": _merged,
    "unmerged": _unmerged,
    "clock_rebased": _rebased,
}


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
