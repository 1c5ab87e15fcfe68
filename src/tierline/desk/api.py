"""How a ticket looks to a program: the contract's fields first, then what else the reader may know.

The endpoints are in ``tierline.api.tickets``; this is the desk's half, because it asks the desk's policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk import policies, queries
from tierline.desk.models import Attachment, Task, Ticket
from tierline.desk.operations.attaching import SIZE_LIMIT
from tierline.desk.queries import originals
from tierline.domain.events import Event
from tierline.domain.sla import DISMISSED, MERGED, Reading
from tierline.plumbing.actor import Actor

__all__ = ["SIZE_LIMIT", "clock", "clock_with_ledger", "events", "file", "one", "rows", "whole"]

# What the contract does not tell apart: a merged clock measures nothing any more, as a dismissed one.
_STATES = {MERGED: DISMISSED}
_MICROS = 1_000_000

Json = dict[str, Any]


def whole(actor: Actor, tickets: Sequence[Ticket], *, at: datetime) -> list[Json]:
    """The tickets with their clocks at ``at``: a fixed number of reads for any number of them."""
    read = queries.readings_of(actor, tickets, at=at)
    return [
        {**row, "clocks": [clock(r) for r in read[ticket.id]]}
        for row, ticket in zip(rows(actor, tickets), tickets, strict=True)
    ]


def one(actor: Actor, ticket: Ticket, *, at: datetime) -> Json:
    """A single ticket, with its tasks."""
    tasks = queries.tasks(actor, ticket) if ticket.version > 1 else []
    return {**whole(actor, [ticket], at=at)[0], "tasks": [task(t) for t in tasks]}


def rows(actor: Actor, tickets: Sequence[Ticket]) -> list[Json]:
    """What the tickets' rows say: lists need no more than these three reads."""
    tickets = originals.as_written(actor, tickets)
    people = accounts.people(i for t in tickets for i in (t.assignee_id, t.requester_id))
    customers = accounts.customers(t.customer_id for t in tickets if t.customer_id is not None)
    services = agreements.services_by_id(t.service_id for t in tickets) if any(t.service_id for t in tickets) else {}
    shown = policies.sees_internal(actor)

    def row(t: Ticket) -> Json:
        customer, service = customers.get(t.customer_id or 0), services.get(t.service_id or 0)
        return {
            "id": t.id,
            "number": t.number,
            "state": t.state,
            "priority": t.priority,
            "priority_reason": t.priority_reason,
            "tier": t.tier,
            "assignee": person(people.get(t.assignee_id or 0), with_address=shown),
            "version": t.version,
            "allowed_moves": queries.allowed_moves(actor, t),
            "subject": t.subject,
            "enterprise": t.enterprise_id,
            "customer": {"id": customer.id, "name": customer.name, "grade": customer.grade} if customer else None,
            "requester": person(people.get(t.requester_id or 0), with_address=True),
            "service": service.code if service else None,
            "fault_class": t.fault_class or None,
            "impact": t.impact or None,
            "urgency": t.urgency or None,
            "channel": t.channel,
            "pending_tier": t.pending_tier,
            "waiting_on": t.waiting_on or None,
            "waiting_until": t.waiting_until,
            "next_due_at": t.next_due_at if shown else None,
            "opened_at": t.opened_at,
            "restored_at": t.restored_at,
            "resolved_at": t.resolved_at,
            "verified_at": t.verified_at,
            "archived_at": t.archived_at,
            "cause": t.cause or None if shown else None,
            "known_error": t.known_error_id if shown else None,
            "article": t.article_id,
            "reopen_count": t.reopen_count,
            "open_tasks": t.open_tasks if shown else None,
            "merged_into": t.merged_into_id,
        }

    return [row(t) for t in tickets]


def clock(reading: Reading) -> Json:
    return {
        "kind": reading.kind,
        "state": _STATES.get(reading.state, reading.state),
        "due_at": _utc(reading.due_at),
        "consumed_seconds": seconds(reading.consumed),
        "target_seconds": seconds(reading.target),
        "party": reading.party or None,
        "cycle": reading.cycle,
        "started_at": _utc(reading.started_at),
        "stopped_at": _utc(reading.stopped_at),
        "breached_at": _utc(reading.breached_at),
        "resumes_at": _utc(reading.resumes_at),
        "note": reading.verdict_note or None,
    }


def clock_with_ledger(reading: Reading) -> Json:
    """The clock, and the segments it is the sum of."""
    segments = [
        {
            "from": _utc(s.from_at),
            "to": _utc(s.to_at),
            "state": s.state,
            "reason": s.reason,
            "counted_seconds": seconds(s.counted),
            "calendar": s.calendar.label,
            "zone": s.calendar.zone,
        }
        for s in reading.segments
    ]
    return {**clock(reading), "priority": reading.priority, "agreement": reading.agreement, "segments": segments}


def seconds(microseconds: int) -> int | float:
    """An integer when whole, else at most six decimals: exact, because microseconds are."""
    return microseconds // _MICROS if microseconds % _MICROS == 0 else microseconds / _MICROS


def task(t: Task) -> Json:
    return {
        "number": t.number,
        "department": t.department or None,
        "supplier": t.supplier or None,
        "title": t.title,
        "blocking": t.blocking,
        "opened_at": t.opened_at,
        "due_at": t.due_at,
        "finished_at": t.finished_at,
        "result": t.result or None,
    }


def events(
    told: Iterable[Event], people: Mapping[int, accounts.Contact], files: Mapping[int, list[Json]]
) -> list[Json]:
    """``files``: the attachments of each event, by its number."""
    return [
        {
            "seq": e.seq,
            "type": e.type,
            "occurred_at": _utc(e.occurred_at),
            "recorded_at": _utc(e.recorded_at),
            "channel": e.channel,
            "actor": {"id": e.actor_id, "name": _name(people, e.actor_id)},
            "actor_role": e.actor_role,
            "audience": e.audience,
            "payload": dict(e.payload),
            "words": dict(e.words),
            "attachments": files.get(e.seq, []),
        }
        for e in told
    ]


def _name(people: Mapping[int, accounts.Contact], person_id: int | None) -> str | None:
    found = people.get(person_id or 0)
    return found.name if found else None


def person(found: accounts.Contact | None, *, with_address: bool) -> Json | None:
    if found is None:
        return None
    return {"id": found.id, "name": found.name, **({"email": found.email} if with_address else {})}


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def file(f: Attachment) -> Json:
    return {"id": f.id, "name": f.name, "type": f.type, "size": f.size}
