"""A ticket as its requester follows it: where it is, what was said, what comes next and by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.agreements import queries as agreements
from tierline.desk import queries
from tierline.desk.queries import asking
from tierline.desk.queries.asking import Answered
from tierline.domain.sla import Reading
from tierline.plumbing.actor import Actor
from tierline.web.steps import Step, steps


@dataclass(frozen=True, slots=True)
class Said:
    seq: int
    at: datetime
    author: Contact | None
    is_mine: bool
    is_ours: bool
    is_automatic: bool
    text: str
    files: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Story:
    steps: Sequence[Step]
    said: Sequence[Said]
    moves: Sequence[str]
    assignee: Contact | None
    next_update: Reading | None
    promised: Reading | None
    service: agreements.ServiceRow | None
    has_clocks: bool
    merged_into: Any
    answered: Answered | None


def told(actor: Actor, ticket: Any, *, at: datetime) -> Story:
    events = queries.events(actor, ticket)
    files: dict[int, list[Any]] = {}
    for file in queries.attachments(actor, ticket):
        files.setdefault(file.event_seq or 0, []).append(file)
    people = accounts.people([*(e.actor_id for e in events), ticket.assignee_id])
    readings = queries.readings(actor, ticket, at=at)
    clocks = {r.kind: r for r in readings}
    into = ticket.merged_into_id
    return Story(
        steps=steps(ticket),
        said=[_said(actor, event, people, files) for event in events],
        moves=queries.allowed_moves(actor, ticket),
        assignee=people.get(ticket.assignee_id) if ticket.assignee_id else None,
        next_update=_due(clocks.get("next_response"))
        or _due(clocks.get("update_cadence"))
        or _due(clocks.get("first_response")),
        promised=_due(clocks.get("restore")) or _due(clocks.get("resolve")),
        service=agreements.services_by_id([ticket.service_id]).get(ticket.service_id) if ticket.service_id else None,
        has_clocks=any(r.started_at is not None and r.started_at <= at for r in readings),
        merged_into=queries.tickets(actor, [into]).get(into) if into else None,
        answered=asking.answered(actor, ticket, events),
    )


# Until which hour which greeting fits; after the last evening hour comes the night again.
_DAY = ((5, "night"), (9, "early"), (11, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


def part_of_day(at: datetime) -> str:
    hour = localtime(at).hour
    return next(name for until, name in _DAY if hour < until)


def _said(actor: Actor, event: Any, people: Mapping[int, Contact], files: Mapping[int, list[Any]]) -> Said:
    is_automatic = bool(event.payload.get("automatic"))
    is_ours = event.type == "public_message" or event.actor_role in ("engineer", "manager", "system")
    return Said(
        seq=event.seq,
        at=event.occurred_at,
        # What the product says by itself is signed by nobody, whoever pressed the button that led to it.
        author=people.get(event.actor_id) if event.actor_id and not is_automatic else None,
        is_mine=not is_automatic and event.actor_id is not None and event.actor_id == actor.person_id,
        is_ours=is_ours,
        is_automatic=is_automatic,
        text=event.words.get("text", ""),
        files=files.get(event.seq, ()),
    )


def _due(reading: Reading | None) -> Reading | None:
    return reading if reading is not None and reading.due_at is not None and reading.state == "running" else None
