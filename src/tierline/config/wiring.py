"""THE table: who reacts to what, which handler fires which timer, which channels there are."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.desk import events as desk
from tierline.desk import handlers as desk_handlers
from tierline.plumbing import announce, timers

HANDLERS: Mapping[type[announce.Announcement], tuple[announce.Handler, ...]] = {
    desk.TicketOpened: (),
    desk.PublicMessageWritten: (),
    desk.TicketResolved: (),
    desk.TicketVerified: (),
    desk.TicketEscalated: (),
    desk.ClockBreached: (),
}

TIMERS: Mapping[str, timers.Handler] = {**desk_handlers.TIMERS}


def hand_down() -> None:
    announce.use(HANDLERS)
    timers.use(TIMERS)
