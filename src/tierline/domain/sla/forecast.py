"""Which ticket next: least slack first, and none passed over for ever by younger ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tierline.domain.calendars import MINUTE, micros
from tierline.domain.events import STAFF, Event, standing
from tierline.domain.sla.reading import Reading

# A ticket that nobody touched for this long goes before every ticket that came since, whatever those promise,
# except a P1 that runs.
STARVATION_BOUND = timedelta(days=3)
# So much before its due time a running P1 sorts: ahead of all that is no P1, however long that has been lying there.
P1_LEAD = timedelta(days=36_525)
_FIRST = "P1"

# What counts as work on a ticket when staff does it. Passing it on to another owner is none.
_WORK = frozenset(
    "public_message note call classified prioritised waited escalated accepted handed_back task_opened restored"
    " resolved".split()
)
# With these the ticket comes to us (again), or a department has done its part, whoever says so.
_OURS = frozenset({"resumed", "reopened", "task_finished"})


class Slack(NamedTuple):
    """The nearest promise of a ticket. ``minutes`` are whole minutes of elapsed time to ``due_at``, rounded down:

    negative once it is past. ``left`` is the same in open microseconds of the clock's calendar.
    """

    kind: str
    party: str
    due_at: datetime
    minutes: int
    left: int


def slack(readings: Iterable[Reading], *, at: datetime) -> Slack | None:
    """The open, running clock that is due first; None while every clock is paused or stopped."""
    running = [(r.due_at, r.kind, r.party, r.left) for r in readings if r.is_open and r.due_at is not None]
    if not running:
        return None
    due_at, kind, party, left = min(running)
    return Slack(kind, party, due_at, (micros(due_at) - micros(at)) // MINUTE, left)


def touched_at(events: Iterable[Event]) -> datetime:
    """When somebody of ours last worked on the ticket, or it last came to us; else its receipt.

    A customer's further message is not progress: writing again must not send her back.
    """
    found: list[datetime] = []
    for event in standing(events):
        if event.type == "opened":
            found.append(_receipt(event))
        elif event.type in _OURS or (event.type in _WORK and event.actor_role in STAFF and not _automatic(event)):
            found.append(event.occurred_at)
    return max(found)


def order_at(*, priority: str, due_at: datetime | None, touched_at: datetime, waits_until: datetime | None) -> datetime:
    """The instant a queue sorts by, smallest first: the nearest due time, or the starvation bound where that is sooner.

    A ticket that waits has no due time; an agreed date to wait for puts the bound off until then. The bound is that
    of the last touch, so a ticket left alone keeps its place while time passes, and whatever comes after its
    ``order_at`` sorts behind it. Only a P1 that runs is passed by nothing: among its like it stands by its due time.
    """
    if priority == _FIRST and due_at is not None:
        return due_at - P1_LEAD
    bound = touched_at + STARVATION_BOUND
    if waits_until is not None:
        bound = max(bound, waits_until)
    return bound if due_at is None else min(due_at, bound)


def is_left(*, order_at: datetime | None, due_at: datetime | None, at: datetime) -> bool:
    """Whether a ticket's place in the queue is past by the starvation bound and not by a promise."""
    if order_at is None or order_at > at:
        return False
    return due_at is None or due_at - P1_LEAD < order_at < due_at


def _receipt(opened: Event) -> datetime:
    said = opened.payload.get("started_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else opened.occurred_at


def _automatic(event: Event) -> bool:
    return bool(event.payload.get("automatic"))
