"""What becomes of a message: a pure decision over what it says and what we know of its sender and thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from tierline.channels.base import Inbound

# From one sender within WINDOW: from here on no acknowledgement answers it (two machines that answer each
# other stop), from there on it is parked.
WINDOW = timedelta(minutes=10)
QUIET_AFTER = 10
FLOOD_AFTER = 100

Became = Literal["ticket", "reply", "staff_reply", "parked"]


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket that a message points at. ``is_proven``: by a token that we signed, which no outsider can make.

    ``participants``: lower-case addresses of the requester and of who was copied in by a participant.
    """

    ticket_id: int
    is_proven: bool
    customer_id: int | None
    participants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sender:
    """``address`` is empty when the message names no usable one. ``customer_id``: by person, else by mail domain.

    ``recent``: messages of this sender that were let in within WINDOW before. ``staff_id``: one of the
    provider's people who may work for the enterprise now.
    """

    address: str
    is_ours: bool = False
    recent: int = 0
    customer_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    became: Became
    reason: str = ""
    ticket_id: int | None = None
    is_quiet: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


def decide(message: Inbound, sender: Sender, threads: Sequence[Thread], *, is_released: bool = False) -> Decision:
    """``threads`` in order of trust: proven ones first, then the latest reference.

    A number in a subject is not asked here: it suggests and never decides. Who points at a thread without
    belonging to it gets a ticket of their own, with the claim as a fact. ``is_released``: a person has looked at
    it and wants it in; it is let in without an acknowledgement, since a machine may be at the other end.
    """
    if message.automated is not None and not is_released:
        return Decision("parked", message.automated.kind, facts={"evidence": message.automated.reason})
    if not sender.address:
        return Decision("parked", "no_sender")
    if sender.is_ours and not is_released:
        return Decision("parked", "own_address")
    if sender.recent >= FLOOD_AFTER and not is_released:
        return Decision("parked", "flood")
    is_quiet = is_released or sender.recent >= QUIET_AFTER
    for thread in threads:
        if sender.staff_id is not None and sender.address not in thread.participants:
            return _from_staff(thread)
        if belongs(sender, thread):
            return Decision("reply", ticket_id=thread.ticket_id, is_quiet=is_quiet)
    claims = {"claims": [thread.ticket_id for thread in threads]} if threads else {}
    return Decision("ticket", is_quiet=is_quiet, facts=claims)


def belongs(sender: Sender, thread: Thread) -> bool:
    """A participant does; and whoever holds the thread's proof and is of the same end customer."""
    if sender.address in thread.participants:
        return True
    return thread.is_proven and thread.customer_id is not None and thread.customer_id == sender.customer_id


def _from_staff(thread: Thread) -> Decision:
    # A From line is easily forged, and a public word in an engineer's name reaches the customer: the
    # proof is required.
    if thread.is_proven:
        return Decision("staff_reply", ticket_id=thread.ticket_id)
    return Decision("parked", "staff_without_token", facts={"claims": [thread.ticket_id]})
