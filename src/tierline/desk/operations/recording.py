"""The one way a ticket changes: events appended, row refolded, audit written, timers set, all at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.desk import clocks, policies
from tierline.desk.digests import digest_of, salted
from tierline.desk.events import EventsRecorded
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import restating, telling
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.indexing import index_closed
from tierline.desk.operations.nudging import held, nudge
from tierline.domain.errors import NotFound, StaleVersion
from tierline.domain.events import Event
from tierline.domain.ticket import fold
from tierline.plumbing import clock, live
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.rows import insert, update
from tierline.plumbing.service import require_transaction


@dataclass(slots=True)
class Command:
    """All that one act does to one ticket; ``by`` is its author where that is not who runs the service.

    ``is_edit`` false: a clock spoke, nobody's version grows stale.
    """

    ticket: Ticket
    action: str
    drafts: Sequence[Draft]
    is_edit: bool = True
    by: Actor | None = None


def locked(actor: Actor, ticket_ids: Iterable[int], *, seen: Mapping[int, int] | None = None) -> list[Ticket]:
    """The tickets in the given order, visible to the actor and locked until commit.

    Raises NotFound for one the actor may not know of, StaleVersion when ``seen`` names another version.
    """
    require_transaction()
    wanted = list(ticket_ids)
    kept = telling.told()
    found = {} if kept is None else {n: kept.tickets[n] for n in wanted if n in kept.tickets}
    if len(found) < len(wanted):
        rows = Ticket.objects.filter(policies.visible_tickets(actor), id__in=wanted).order_by("id")
        found = {t.id: t for t in rows.select_for_update(of=("self",))} | found
        if kept is not None:
            kept.tickets.update(found)
    for ticket_id in wanted:
        if ticket_id not in found:
            raise NotFound(what="ticket", id=ticket_id)
        expected = (seen or {}).get(ticket_id)
        if expected is not None and expected != found[ticket_id].version:
            raise StaleVersion(seen=expected, version=found[ticket_id].version, ticket=found[ticket_id].number)
    return [found[ticket_id] for ticket_id in wanted]


def free_tickets(ticket_ids: Sequence[int]) -> list[int]:
    """Those that nobody is working on at this moment, locked until commit."""
    require_transaction()
    rows = Ticket.objects.filter(id__in=ticket_ids).order_by("id").select_for_update(skip_locked=True, of=("self",))
    return list(rows.values_list("id", flat=True))


def record_commands(actor: Actor, commands: Sequence[Command], *, at: datetime, is_quiet: bool = False) -> list[Ticket]:
    """Write the commands' events and everything that follows from them; the tickets as they are then.

    ``is_quiet``: open pages are not told.
    """
    require_transaction()
    recorded_at = clock.now()
    kept = telling.told()
    there = [c.ticket.id for c in commands if c.ticket.last_seq]
    history = clocks.history(there) if kept is None else _kept(kept, there)
    events: list[TicketEvent] = []
    acts: list[Act] = []
    new = [c.ticket for c in commands if not c.ticket.last_seq]
    known = [c.ticket for c in commands if c.ticket.last_seq]
    was = {ticket.id: ticket.state for ticket in known}
    had = {ticket.id: held(ticket) for ticket in known}
    for command in commands:
        who = command.by or actor
        fresh = _rows(who, command.ticket, command.drafts, at=at, recorded_at=recorded_at)
        past = history.get(command.ticket.id, ())
        told = [] if clocks.is_imported(past) else restating.drafts(past, [row.fact() for row in fresh], at=at)
        fresh += _rows(who, command.ticket, told, at=at, recorded_at=recorded_at, after=len(fresh))
        events += fresh
        acts.append(_act(actor, command, fresh))
        ticket = command.ticket
        history.setdefault(ticket.id, []).extend(row.fact() for row in fresh)
        ticket.last_seq += len(fresh)
        ticket.version += command.is_edit
        ticket.show(fold(history[ticket.id]))
    tickets = [c.ticket for c in commands]
    if kept is None:
        clocks.set_timers(tickets, history, at=max(recorded_at, at))
        update(known, telling.WRITTEN)
    else:
        kept.latest = max(recorded_at, at)
        kept.tickets.update((t.id, t) for t in new)
    insert(new)
    insert(events)
    index_closed(tickets, was)
    audit(actor, acts, at=at)
    if not is_quiet and kept is None:
        live.publish(live.Change(t.provider_id, t.enterprise_id, "ticket", t.id, t.version) for t in tickets)
        announce(*_recorded(events, at))
        nudge(had, tickets, at=at)
    return tickets


def _kept(kept: telling.Told, ticket_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events that are at hand, after those that were not have been read."""
    unknown = [ticket_id for ticket_id in ticket_ids if ticket_id not in kept.events]
    if unknown:
        kept.events.update(clocks.history(unknown))
    return kept.events


def _rows(
    actor: Actor, ticket: Ticket, drafts: Sequence[Draft], *, at: datetime, recorded_at: datetime, after: int = 0
) -> list[TicketEvent]:
    return [
        _row(actor, ticket, seq, draft, at=at, recorded_at=recorded_at)
        for seq, draft in enumerate(drafts, start=ticket.last_seq + after + 1)
    ]


def _row(actor: Actor, ticket: Ticket, seq: int, draft: Draft, *, at: datetime, recorded_at: datetime) -> TicketEvent:
    words, salt = {name: value for name, value in draft.words.items() if value}, secrets.token_bytes(16)
    occurred_at = draft.occurred_at or at
    return TicketEvent(
        provider_id=ticket.provider_id,
        enterprise_id=ticket.enterprise_id,
        ticket_id=ticket.id,
        seq=seq,
        occurred_at=occurred_at,
        recorded_at=max(recorded_at, occurred_at),
        type=draft.type,
        channel=actor.channel,
        actor_id=None if draft.role else actor.person_id,
        actor_role=draft.role or actor.role,
        audience=draft.audience,
        payload=_payload(actor, ticket, draft),
        words=words,
        words_digest=salted(words, salt),
        salt=salt,
    )


def _payload(actor: Actor, ticket: Ticket, draft: Draft) -> dict[str, Any]:
    """The draft's facts, and the author's tier at this moment: tier clocks are stopped by the tier that owes them."""
    facts = {name: _plain(value) for name, value in draft.payload.items() if value is not None}
    tier = actor.tiers.get(ticket.enterprise_id) if actor.role == ENGINEER and not draft.role else None
    return facts if tier is None else {**facts, "by_tier": tier}


def _recorded(events: Sequence[TicketEvent], at: datetime) -> list[EventsRecorded]:
    """One for each ticket, from the first of its new events on."""
    first = {row.ticket_id: row for row in reversed(events)}
    return [
        EventsRecorded(
            provider_id=row.provider_id,
            enterprise_id=row.enterprise_id,
            at=at,
            ticket_id=row.ticket_id,
            from_seq=row.seq,
        )
        for row in first.values()
    ]


def _act(actor: Actor, command: Command, rows: Sequence[TicketEvent]) -> Act:
    facts: dict[str, Any] = {"events": [{"seq": row.seq, "type": row.type, "digest": digest_of(row)} for row in rows]}
    if command.by is not None and command.by.person_id != actor.person_id:
        # Written down by somebody else than its author: by whom is part of the record.
        facts["via"] = {"person": actor.person_id, "role": actor.role}
    ticket = command.ticket
    return Act(f"ticket:{ticket.id}", f"ticket.{command.action}", ticket.enterprise_id, facts, command.by)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def on_behalf(actor: Actor, *, role: str, person_id: int | None, channel: str) -> Actor:
    """The same reach, another author: a mail is written by its sender, not by the process that reads it."""
    return replace(actor, role=role, person_id=person_id, channel=channel)
