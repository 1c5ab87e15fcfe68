"""What the doors do when the desk announced something, or when a delivery was left behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.channels import services
from tierline.channels.services.receiving import GRACE, TIMER, defer_pending
from tierline.desk.events import PublicMessageWritten, TicketOpened
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import Announcement
from tierline.plumbing.timers import Due, Fires


def acknowledge_opening(event: TicketOpened) -> None:
    # Late or not, what it promises must lie ahead of the reader.
    services.acknowledge(actor=_actor(event), ticket_id=event.ticket_id, at=max(event.at, clock.now()))


def send_public_words(event: PublicMessageWritten) -> None:
    services.queue_words(actor=_actor(event), ticket_id=event.ticket_id, seq=event.seq, at=event.at)


def take_up_pending(due: Sequence[Due], now: datetime) -> None:
    """One job per delivery that a dead process left behind, so that a bad one holds up no other."""
    for enterprise_id in dict.fromkeys(d.enterprise_id for d in due):
        actor = system(due[0].provider_id, (enterprise_id,))
        defer_pending(actor, enterprise_id, before=now - GRACE)


TIMERS: dict[str, Fires] = {TIMER: Fires(take_up_pending)}


def _actor(event: Announcement) -> Actor:
    return system(event.provider_id, (event.enterprise_id,))
