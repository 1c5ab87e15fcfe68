"""THE table: who reacts to what, which handler fires which timer, which channels there are."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.channels import handlers as channels
from tierline.channels import registry
from tierline.channels.base import Channel
from tierline.channels.types.email import adapter as email
from tierline.desk import events as desk
from tierline.desk import handlers as desk_handlers
from tierline.notices import handlers as notices
from tierline.plumbing import announce, timers

HANDLERS: Mapping[type[announce.Announcement], tuple[announce.Handler, ...]] = {
    desk.TicketOpened: (channels.acknowledge_opening,),
    desk.PublicMessageWritten: (channels.send_public_words,),
    desk.TicketResolved: (),
    desk.TicketVerified: (notices.tell_verified,),
    desk.TicketEscalated: (notices.tell_offered,),
    desk.TicketAssigned: (notices.tell_assigned,),
    desk.CustomerWrote: (notices.tell_written,),
    desk.TicketReopened: (notices.tell_reopened,),
    desk.ClockWarned: (notices.tell_warned,),
    desk.ClockBreached: (notices.tell_breached,),
    desk.TierPaged: (notices.tell_paged,),
    desk.TicketReturned: (notices.tell_returned,),
}

TIMERS: Mapping[str, timers.Fires] = {**desk_handlers.TIMERS, **channels.TIMERS, **notices.TIMERS}

CHANNELS: tuple[Channel, ...] = (email,)


def hand_down() -> None:
    announce.use(HANDLERS)
    timers.use(TIMERS)
    registry.use(CHANNELS)
