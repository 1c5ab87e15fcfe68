"""THE table: who reacts to what, which handler fires which timer, which channels there are."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.answers import handlers as answers
from tierline.channels import handlers as channels
from tierline.channels import registry
from tierline.channels.base import Channel
from tierline.channels.types.email import adapter as email
from tierline.desk import events as desk
from tierline.desk import handlers as desk_handlers
from tierline.hooks import events as hook_events
from tierline.hooks import handlers as hooks
from tierline.knowledge import events as knowledge
from tierline.knowledge import handlers as knowledge_handlers
from tierline.notices import handlers as notices
from tierline.plumbing import announce, timers

HANDLERS: Mapping[type[announce.Announcement], tuple[announce.Handler, ...]] = {
    desk.TicketOpened: (
        channels.acknowledge_opening,
        answers.consider_opening,
    ),
    desk.PublicMessageWritten: (channels.send_public_words,),
    desk.TicketResolved: (),
    desk.TicketVerified: (notices.tell_verified,),
    desk.TicketEscalated: (notices.tell_offered,),
    desk.TicketAssigned: (notices.tell_assigned,),
    desk.CustomerWrote: (
        notices.tell_written,
        answers.hear_customer,
    ),
    desk.TicketReopened: (notices.tell_reopened,),
    desk.ClockWarned: (notices.tell_warned,),
    desk.ClockBreached: (notices.tell_breached,),
    desk.TierPaged: (notices.tell_paged,),
    desk.TicketReturned: (notices.tell_returned,),
    knowledge.ArticlePublished: (),
    knowledge.ArticleStale: (notices.tell_stale,),
    desk.WorkMoved: (desk_handlers.dispatch_moved,),
    desk.TicketUnplaced: (notices.tell_unplaced,),
    desk.EventsRecorded: (hooks.tell_programs, notices.retire_warnings),
    hook_events.SubscriptionPaused: (notices.tell_paused,),
}

TIMERS: Mapping[str, timers.Fires] = {
    **knowledge_handlers.TIMERS,
    **desk_handlers.TIMERS,
    **channels.TIMERS,
    **notices.TIMERS,
    **answers.TIMERS,
    **hooks.TIMERS,
}

CHANNELS: tuple[Channel, ...] = (email,)


def hand_down() -> None:
    announce.use(HANDLERS)
    timers.use(TIMERS)
    registry.use(CHANNELS)
