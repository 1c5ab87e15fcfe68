"""THE table: who reacts to what, which handler fires which timer, which channels there are."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.channels import handlers as channels
from tierline.channels import registry
from tierline.channels.base import Channel
from tierline.channels.types.email import adapter as email
from tierline.desk import events as desk
from tierline.desk import handlers as desk_handlers
from tierline.plumbing import announce, timers

HANDLERS: Mapping[type[announce.Announcement], tuple[announce.Handler, ...]] = {
    desk.TicketOpened: (channels.acknowledge_opening,),
    desk.PublicMessageWritten: (channels.send_public_words,),
    desk.TicketResolved: (),
    desk.TicketVerified: (),
    desk.TicketEscalated: (),
    desk.ClockBreached: (),
}

TIMERS: Mapping[str, timers.Fires] = {**desk_handlers.TIMERS, **channels.TIMERS}

CHANNELS: tuple[Channel, ...] = (email,)


def hand_down() -> None:
    announce.use(HANDLERS)
    timers.use(TIMERS)
    registry.use(CHANNELS)
