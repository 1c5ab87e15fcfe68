"""What the desk does when a timer of its own falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk import clocks, services
from tierline.desk.events import ClockBreached, ClockWarned, TicketReturned, TierPaged, WorkMoved
from tierline.desk.models import Ticket
from tierline.desk.operations import Command, Draft, free_tickets, locked, record_commands
from tierline.desk.operations.closing import announce_verified, verified
from tierline.domain.escalation import owed_pages
from tierline.domain.events import Event
from tierline.domain.lifecycle import State
from tierline.domain.ownership import silence
from tierline.domain.sla import BREACH, Reading
from tierline.domain.terms import Terms
from tierline.plumbing import clock, jobs
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import announce
from tierline.plumbing.timers import Due, Fires
from tierline.workforce import operations as workforce


def clocks_due(due: Sequence[Due], now: datetime) -> None:
    """Record the warnings, alert steps and breaches that have fallen due, each at the instant it was due.

    The truth is read anew from the events: a timer that no longer fits does nothing but set the next one.
    """
    actor, tickets = _in_scope(due)
    events = clocks.history(t.id for t in tickets)
    terms = agreements.terms({t.agreement_id for t in tickets if t.agreement_id})
    read = clocks.readings(tickets, events, at=now)
    # After an outage the next batch has what fell due later, also of these tickets: all goes in the order of time.
    until = max(d.due_at for d in due)
    commands = []
    for ticket in tickets:
        own = terms.get(ticket.agreement_id or 0)
        drafts = fallen_due(events[ticket.id], read[ticket.id], own, until) if own else []
        commands.append(Command(ticket, "clock", drafts, is_edit=False))
    _write(actor, commands, now)
    announce(*sorted((_said(c.ticket, d, now) for c in commands for d in c.drafts), key=lambda said: said.due_at))


def _said(ticket: Ticket, draft: Draft, now: datetime) -> ClockWarned | ClockBreached:
    told = draft.payload
    scope: dict[str, Any] = {"provider_id": ticket.provider_id, "enterprise_id": ticket.enterprise_id, "at": now}
    of_a_clock: dict[str, Any] = {"party": told["party"] or "", "cycle": told["cycle"], "due_at": draft.occurred_at}
    if draft.type == "clock_breached":
        return ClockBreached(**scope, **of_a_clock, ticket_id=ticket.id, kind=told["kind"])
    return ClockWarned(
        **scope,
        **of_a_clock,
        ticket_id=ticket.id,
        clock_kind=told["kind"],
        step=told["step"],
        tell=told["tell"] or "",
    )


def fallen_due(events: Sequence[Event], readings: Sequence[Reading], terms: Terms, now: datetime) -> list[Draft]:
    """The clock events that should be on the record by ``now`` and are not."""
    return [
        Draft(
            "clock_breached" if due.step == BREACH else "clock_warned",
            {
                "kind": due.kind,
                "party": due.party or None,
                "cycle": due.cycle,
                "step": None if due.step == BREACH else due.step,
                "tell": due.tell or None,
            },
            occurred_at=due.at,
        )
        for due in clocks.untold(events, readings, terms, until=now)
    ]


def dispatch_moved(event: WorkMoved) -> None:
    """Work arrived or capacity was freed. Run again, it finds nothing more to give."""
    _dispatch(event.provider_id, event.enterprise_id, at=max(event.at, clock.now()))


def dispatch_all(provider_id: int) -> None:
    """The job after duty turned: every enterprise of the provider that pushes."""
    for enterprise_id in _everywhere(provider_id):
        _dispatch(provider_id, enterprise_id, at=clock.now())


def duty_turned(due: Sequence[Due], now: datetime) -> None:
    """A shift, leave or being away began or ended. A job of its own: people are shared by many enterprises."""
    jobs.defer(dispatch_all, provider_id=due[0].provider_id)


def _dispatch(provider_id: int, enterprise_id: int, *, at: datetime) -> None:
    actor = system(provider_id, _everywhere(provider_id))
    if enterprise_id in actor.enterprises:
        services.dispatch_waiting(actor=actor, enterprise_id=enterprise_id, at=at)


def _everywhere(provider_id: int) -> tuple[int, ...]:
    return tuple(e for provider, e, _ in accounts.every_enterprise() if provider == provider_id)


def verify_by_silence(due: Sequence[Due], now: datetime) -> None:
    """The requester said nothing for the agreed time after the resolution."""
    actor, tickets = _in_scope(due)
    silent = [t for t in tickets if t.state == State.RESOLVED and t.merged_into_id is None]
    at = _due_at(due)
    _write(actor, [_at(Command(t, "verify", verified(t, "silence", {})), at[t.id]) for t in silent], now)
    announce_verified(silent, now)


def resume_by_expiry(due: Sequence[Due], now: datetime) -> None:
    """The wait ended at its date."""
    actor, tickets = _in_scope(due)
    at = _due_at(due)
    waiting = [t for t in tickets if t.state == State.WAITING and t.waiting_until is not None]
    ended = [t for t in waiting if t.waiting_until is not None and t.waiting_until <= now]
    _write(actor, [_at(Command(t, "resume", [Draft("resumed", {"why": "expiry"})]), at[t.id]) for t in ended], now)


def page_tiers(due: Sequence[Due], now: datetime) -> None:
    """A P1 calls the tiers together: each page is on the record at the instant it was due."""
    actor, tickets = _in_scope(due)
    events = clocks.history(t.id for t in tickets)
    owed = {t.id: [p for p in owed_pages(events[t.id]) if p.at <= now] for t in tickets}
    commands = [
        Command(t, "page", [Draft("paged", {"tier": int(p.party[1:])}, occurred_at=p.at) for p in owed[t.id]])
        for t in tickets
    ]
    for command in commands:
        command.is_edit = False
    _write(actor, commands, now)
    announce(
        *(
            TierPaged(
                provider_id=c.ticket.provider_id,
                enterprise_id=c.ticket.enterprise_id,
                at=now,
                ticket_id=c.ticket.id,
                tier=d.payload["tier"],
                due_at=d.occurred_at,
            )
            for c in commands
            for d in c.drafts
            if d.occurred_at is not None
        )
    )


def return_unspoken(due: Sequence[Due], now: datetime) -> None:
    """Owned, and nothing said for the agreed time: back to the queue, at the instant it was due.

    Somebody who spoke before a late worker came keeps the ticket.
    """
    actor, tickets = _in_scope(due)
    events = clocks.history(t.id for t in tickets)
    terms = agreements.terms({t.agreement_id for t in tickets if t.agreement_id})
    commands, gone = [], []
    for ticket in tickets:
        own = terms.get(ticket.agreement_id or 0)
        silent = silence(events[ticket.id], own) if own else None
        drafts = []
        if silent is not None and silent.returns_at <= now:
            facts = {"was": silent.owner, "reason": "nothing_said"}
            drafts = [Draft("assigned", facts, occurred_at=silent.returns_at)]
            gone.append((ticket, silent.owner))
        commands.append(Command(ticket, "return", drafts))
    _write(actor, commands, now)
    announce(
        *(
            TicketReturned(provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=now, ticket_id=t.id, was=was)
            for t, was in gone
        )
    )


TIMERS: dict[str, Fires] = {
    clocks.CLOCK: Fires(clocks_due, free_tickets),
    clocks.SILENCE: Fires(verify_by_silence, free_tickets),
    clocks.RESUME: Fires(resume_by_expiry, free_tickets),
    clocks.PAGE: Fires(page_tiers, free_tickets),
    clocks.RETURN: Fires(return_unspoken, free_tickets),
    workforce.SHIFT_TURNS: Fires(duty_turned),
    workforce.LEAVE_TURNS: Fires(duty_turned),
    workforce.PRESENCE_TURNS: Fires(duty_turned),
}


def _in_scope(due: Sequence[Due]) -> tuple[Actor, list[Ticket]]:
    actor = system(due[0].provider_id, tuple(sorted({d.enterprise_id for d in due})))
    return actor, locked(actor, sorted({d.subject_id for d in due}))


def _due_at(due: Sequence[Due]) -> dict[int, datetime]:
    return {d.subject_id: d.due_at for d in due}


def _at(command: Command, instant: datetime) -> Command:
    """A late worker records what happened when it was due."""
    command.drafts = [Draft(d.type, d.payload, d.words, d.audience, d.occurred_at or instant) for d in command.drafts]
    return command


def _write(actor: Actor, commands: Sequence[Command], now: datetime) -> None:
    said = [c for c in commands if c.drafts]
    if said:
        record_commands(actor, said, at=now)
    silent = [c.ticket for c in commands if not c.drafts]
    if silent:
        clocks.set_timers(silent, clocks.history(t.id for t in silent), at=now)
