"""What the web hooks do when a ticket has new events, and when a next try or a day is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk.events import EventsRecorded
from tierline.hooks import operations, queries, services
from tierline.hooks.operations import PRUNE, PUMP
from tierline.hooks.services import calling, telling
from tierline.plumbing import clock
from tierline.plumbing.actor import system
from tierline.plumbing.announce import only
from tierline.plumbing.timers import Due, Fires


@only(queries.listening)
def tell_programs(event: EventsRecorded) -> None:
    actor = system(event.provider_id, (event.enterprise_id,))
    services.queue_events(
        actor=actor, ticket_id=event.ticket_id, from_seq=event.from_seq, at=max(event.at, clock.now())
    )


def next_tries(due: Sequence[Due], now: datetime) -> None:
    for subscription_id in dict.fromkeys(d.subject_id for d in due):
        row = operations.locked(subscription_id)
        if row is not None:
            calling.pump(row, at=now)


def prune(due: Sequence[Due], now: datetime) -> None:
    for subscription_id in dict.fromkeys(d.subject_id for d in due):
        row = operations.locked(subscription_id)
        if row is not None:
            telling.prune(row, at=now)


TIMERS: dict[str, Fires] = {
    PUMP: Fires(next_tries, operations.free_subscriptions),
    PRUNE: Fires(prune, operations.free_subscriptions),
}
