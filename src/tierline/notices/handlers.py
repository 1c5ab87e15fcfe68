"""What of the desk's announcements is told to whom; and that something held is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tierline.desk import queries as desk
from tierline.desk.events import (
    ClockBreached,
    ClockWarned,
    CustomerWrote,
    EventsRecorded,
    TicketAssigned,
    TicketEscalated,
    TicketReopened,
    TicketReturned,
    TicketUnplaced,
    TicketVerified,
    TierPaged,
)
from tierline.domain.notices import Kind
from tierline.hooks import queries as hooks
from tierline.hooks.events import SubscriptionPaused
from tierline.knowledge import queries as knowledge
from tierline.knowledge.events import ArticleStale
from tierline.notices import queries, services
from tierline.notices.operations import RELEASE
from tierline.notices.services import News
from tierline.plumbing import clock, jobs, tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import Announcement, only
from tierline.plumbing.timers import Due, Fires


def tell_warned(event: ClockWarned) -> None:
    """An alert step. Of a clock that has been stopped in the meantime nobody is warned any more."""
    actor = _actor(event)
    reading = _reading(actor, event.ticket_id, event.clock_kind, event.party, event.cycle)
    if reading is not None and not reading.is_open:
        return
    named = {"party": event.party, "cycle": event.cycle}
    facts = {"clock": event.clock_kind, "step": event.step, **named, **_due(reading)}
    codes = (event.tell or "assignee",)
    _tell(event, Kind.WARNING, event.ticket_id, happened_at=event.due_at, codes=codes, facts=facts)


@only(queries.warned)
def retire_warnings(event: EventsRecorded) -> None:
    """Something happened to a ticket that somebody was warned of: is the warning still true?"""
    services.retire_warnings(actor=_actor(event), ticket_id=event.ticket_id, at=max(event.at, clock.now()))


def tell_breached(event: ClockBreached) -> None:
    """Whoever has it, whoever it waits for, and the duty manager: a breach is never one person's secret."""
    party = (event.party,) if event.party.upper() in ("L2", "L3") else ()
    codes = ("assignee", *party, "manager")
    _tell(event, Kind.BREACH, event.ticket_id, happened_at=event.due_at, codes=codes, facts={"clock": event.kind})


def tell_paged(event: TierPaged) -> None:
    facts = {"tier": event.tier}
    _tell(event, Kind.PAGE, event.ticket_id, happened_at=event.due_at, page_tier=event.tier, facts=facts)


def tell_returned(event: TicketReturned) -> None:
    """To who said nothing, and to the duty manager: nobody has it now."""
    _tell(event, Kind.RETURNED, event.ticket_id, person_id=event.was, aside="was")
    _tell(event, Kind.RETURNED, event.ticket_id, codes=("manager",))


def tell_unplaced(event: TicketUnplaced) -> None:
    """To the duty manager: nobody may take it now."""
    _tell(event, Kind.UNPLACED, event.ticket_id, codes=("manager",))


def tell_assigned(event: TicketAssigned) -> None:
    """By another than oneself."""
    _tell(event, Kind.ASSIGNED, event.ticket_id, person_id=event.assignee_id, but=(event.by_id,))


def tell_offered(event: TicketEscalated) -> None:
    """The hand-over waits for the tier to accept it."""
    facts = {"tier": event.tier}
    _tell(event, Kind.OFFERED, event.ticket_id, codes=(f"tier:{event.tier}",), facts=facts)


def tell_written(event: CustomerWrote) -> None:
    """The customer's words are for who has the ticket; the queue shows those that nobody has."""
    _tell_assignee(event, Kind.REPLY, event.ticket_id)


def tell_reopened(event: TicketReopened) -> None:
    _tell_assignee(event, Kind.REOPENED, event.ticket_id, why=event.why, by_id=event.by_id)


def tell_verified(event: TicketVerified) -> None:
    actor = _actor(event)
    with tenancy.reading(actor):
        events = desk.events(actor, desk.ticket(actor, event.ticket_id))
    last = next((e for e in reversed(events) if e.type == "verified"), None)
    why = str(last.payload.get("by", "")) if last else ""
    _tell_assignee(event, Kind.VERIFIED, event.ticket_id, why=why, by_id=last.actor_id if last else None)


def tell_paused(event: SubscriptionPaused) -> None:
    """An address that failed for a whole day hears nothing any more: those who set it up must know."""
    actor = _actor(event)
    with tenancy.reading(actor):
        host = hooks.host(event.subscription_id)
    facts = {"name": host, "why": event.why}
    news = News(
        event.id, Kind.CHANNEL, None, event.at, codes=("manager",), facts=facts, enterprise_id=event.enterprise_id
    )
    services.tell(actor=actor, news=news, at=max(event.at, clock.now()))


def tell_stale(event: ArticleStale) -> None:
    """To the owner: customers do not see it until somebody has looked at it."""
    actor = _actor(event)
    with tenancy.reading(actor):
        row = knowledge.articles([event.article_id])[event.article_id]
    facts = {"name": row.number}
    told = {"person_id": event.owner_id} if event.owner_id is not None else {"codes": ("manager",)}
    news = News(event.id, Kind.ARTICLE, None, event.at, facts=facts, enterprise_id=event.enterprise_id, **told)
    services.tell(actor=actor, news=news, at=max(event.at, clock.now()))


def release_due(due: Sequence[Due], now: datetime) -> None:
    """One job per person: it looks into every enterprise, which a timer's scope cannot."""
    for person_id in dict.fromkeys(d.subject_id for d in due):
        jobs.defer(services.release, provider_id=due[0].provider_id, person_id=person_id)


TIMERS: dict[str, Fires] = {RELEASE: Fires(release_due)}


def _tell_assignee(event: Announcement, kind: Kind, ticket_id: int, *, why: str = "", by_id: int | None = None) -> None:
    actor = _actor(event)
    with tenancy.reading(actor):
        assignee_id = desk.ticket(actor, ticket_id).assignee_id
    if assignee_id is not None and assignee_id != by_id:
        facts = {"why": why} if why else {}
        _tell(event, kind, ticket_id, codes=("assignee",), facts=facts, but=(by_id,))


def _tell(event: Announcement, kind: Kind, ticket_id: int, *, aside: str = "", **told: Any) -> None:
    """``aside`` names one of several tellings of one announcement."""
    happened_at = told.pop("happened_at", event.at)
    news = News(f"{event.id}{aside}", kind, ticket_id, happened_at, is_aside=bool(aside), **told)
    # A job may be late: what leaves, leaves at the hour that it is.
    services.tell(actor=_actor(event), news=news, at=max(event.at, clock.now()))


def _reading(actor: Actor, ticket_id: int, kind: str, party: str, cycle: int) -> Any:
    with tenancy.reading(actor):
        readings = desk.readings(actor, desk.ticket(actor, ticket_id), at=clock.now())
    return next((r for r in readings if (r.kind, r.party or "", r.cycle) == (kind, party, cycle)), None)


def _due(reading: Any) -> dict[str, str]:
    return {"due": reading.due_at.isoformat()} if reading is not None and reading.due_at is not None else {}


def _actor(event: Announcement) -> Actor:
    return system(event.provider_id, (event.enterprise_id,))
