"""What the desk announces. Ids only: handlers read the rest themselves, in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tierline.plumbing.announce import Announcement


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Announcement):
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class PublicMessageWritten(Announcement):
    """A word to the requester is on the record and must go out on the ticket's channel."""

    ticket_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class TicketResolved(Announcement):
    ticket_id: int
    for_the_record: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class TicketVerified(Announcement):
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(Announcement):
    ticket_id: int
    tier: int


@dataclass(frozen=True, kw_only=True)
class ClockWarned(Announcement):
    """An alert step of an open clock fell due at ``due_at``; ``tell`` is whom it addresses, as a code.

    ``party`` is the tier, task or supplier the clock waits for; empty for those of the customer.
    """

    ticket_id: int
    clock_kind: str
    party: str
    cycle: int
    step: str
    tell: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(Announcement):
    """``due_at`` is when the promise was broken, however late that was noticed."""

    ticket_id: int
    kind: str
    party: str
    cycle: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TierPaged(Announcement):
    """A P1 calls the tier to work on it together; ``due_at`` is when it had to be called."""

    ticket_id: int
    tier: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TicketReturned(Announcement):
    """Its owner said nothing for the agreed time: the ticket is back in the queue. ``was`` is that person's id."""

    ticket_id: int
    was: int


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(Announcement):
    """``by_id`` gave it to ``assignee_id``; null: the product did."""

    ticket_id: int
    assignee_id: int
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class CustomerWrote(Announcement):
    """A word of the customer's side that wants an answer is on a living ticket."""

    ticket_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class TicketReopened(Announcement):
    """``why`` is that of the event: requester, verification_refused or person."""

    ticket_id: int
    why: str
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class EventsRecorded(Announcement):
    """The ticket's events from ``from_seq`` on are new. Every act on a ticket says so."""

    ticket_id: int
    from_seq: int


@dataclass(frozen=True, kw_only=True)
class WorkMoved(Announcement):
    """In an enterprise that gives out its work something arrived, or somebody has less to do."""


@dataclass(frozen=True, kw_only=True)
class TicketUnplaced(Announcement):
    """Nobody may take the ticket now: it stays in the queue until somebody can."""

    ticket_id: int
