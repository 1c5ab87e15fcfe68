"""What the answers room does when the desk announced something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tierline.answers import services
from tierline.answers.services.auditing import DRAW
from tierline.desk import queries as desk
from tierline.desk.events import CustomerWrote, TicketOpened
from tierline.plumbing import clock, jobs, tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import Announcement
from tierline.plumbing.timers import Due, Fires, Wanted, set_timers

_WEEK = timedelta(days=7)


def consider_opening(event: TicketOpened) -> None:
    """A new ticket: what would answer it. It is also another contact of who was answered before."""
    actor = _actor(event)
    with tenancy.reading(actor):
        ticket = desk.ticket(actor, event.ticket_id)
    if ticket.requester_id is not None:
        services.hear(actor=actor, requester_id=ticket.requester_id, but_ticket_id=ticket.id, at=event.at)
    services.consider(actor=actor, ticket_id=event.ticket_id, at=max(event.at, clock.now()))


def hear_customer(event: CustomerWrote) -> None:
    actor = _actor(event)
    with tenancy.reading(actor):
        ticket = desk.ticket(actor, event.ticket_id)
    if ticket.requester_id is not None:
        services.hear(actor=actor, requester_id=ticket.requester_id, at=event.at)


def draw_due(due: Sequence[Due], now: datetime) -> None:
    """One job per enterprise, and the timer of the week after."""
    for each in due:
        jobs.defer(
            draw_sample, provider_id=each.provider_id, enterprise_id=each.enterprise_id, at=each.due_at.isoformat()
        )
    set_timers(
        [d.subject_id for d in due],
        {DRAW: [Wanted(d.enterprise_id, d.subject_id, "", _after(now, d.due_at)) for d in due]},
    )


def draw_sample(provider_id: int, enterprise_id: int, at: str) -> None:
    services.draw_samples(
        actor=system(provider_id, (enterprise_id,)), enterprise_id=enterprise_id, at=datetime.fromisoformat(at)
    )


TIMERS: dict[str, Fires] = {DRAW: Fires(draw_due)}


def _after(now: datetime, due_at: datetime) -> datetime:
    while due_at <= now:
        due_at += _WEEK
    return due_at


def _actor(event: Announcement) -> Actor:
    return system(event.provider_id, (event.enterprise_id,))
