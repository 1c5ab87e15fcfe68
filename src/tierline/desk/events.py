"""What the desk announces. Ids only: handlers read the rest themselves, in scope."""

from __future__ import annotations

from dataclasses import dataclass
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
    for_the_record: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(Announcement):
    ticket_id: int
    tier: int
    for_the_record: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ClockBreached(Announcement):
    ticket_id: int
    kind: str
    for_the_record: ClassVar[bool] = True
