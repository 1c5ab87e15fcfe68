"""What the desk does when a timer of its own falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.agreements import queries as agreements
from tierline.desk import clocks
from tierline.desk.events import ClockBreached
from tierline.desk.models import Ticket
from tierline.desk.operations import Command, Draft, free_tickets, locked, record_commands
from tierline.desk.operations.closing import announce_verified, verified
from tierline.domain.events import Event
from tierline.domain.lifecycle import State
from tierline.domain.sla import BREACH, Reading
from tierline.domain.terms import Terms
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import announce
from tierline.plumbing.timers import Due, Fires


def clocks_due(due: Sequence[Due], now: datetime) -> None:
    """Record the warnings, alert steps and breaches that have fallen due, each at the instant it was due.

    The truth is read anew from the events: a timer that no longer fits does nothing but set the next one.
    """
    actor, tickets = _in_scope(due)
    events = clocks.history(t.id for t in tickets)
    terms = agreements.terms({t.agreement_id for t in tickets if t.agreement_id})
    read = clocks.readings(tickets, events, at=now)
    commands = []
    for ticket in tickets:
        own = terms.get(ticket.agreement_id or 0)
        drafts = fallen_due(events[ticket.id], read[ticket.id], own, now) if own else []
        commands.append(Command(ticket, "clock", drafts, is_edit=False))
    _write(actor, commands, now)
    announce(
        *(
            ClockBreached(
                provider_id=c.ticket.provider_id,
                enterprise_id=c.ticket.enterprise_id,
                at=now,
                ticket_id=c.ticket.id,
                kind=d.payload["kind"],
            )
            for c in commands
            for d in c.drafts
            if d.type == "clock_breached"
        )
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


TIMERS: dict[str, Fires] = {
    clocks.CLOCK: Fires(clocks_due, free_tickets),
    clocks.SILENCE: Fires(verify_by_silence, free_tickets),
    clocks.RESUME: Fires(resume_by_expiry, free_tickets),
}


def _in_scope(due: Sequence[Due]) -> tuple[Actor, list[Ticket]]:
    first = due[0]
    actor = system(first.provider_id, (first.enterprise_id,))
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
