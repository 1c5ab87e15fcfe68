"""Writing down who was given what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from tierline.desk.models import Decision, Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, record_commands
from tierline.domain import routing
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

_GIVE_LOCK = 0x7418


def take_turns(provider_id: int) -> None:
    """Whoever gives out work of this provider does so alone until commit: caps count over all its enterprises."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [_GIVE_LOCK, provider_id])


def keep_decisions(
    actor: Actor, tickets: Mapping[int, Ticket], decided: Iterable[routing.Decision], *, trigger: str, at: datetime
) -> dict[int, int]:
    """Ticket -> the number of the decision that is now on the record."""
    require_transaction()
    rows = Decision.objects.bulk_create(
        Decision(
            provider_id=actor.provider_id,
            enterprise_id=tickets[d.work].enterprise_id,
            ticket_id=d.work,
            trigger=trigger,
            chosen_id=d.chosen,
            by_id=actor.person_id,
            at=at,
            ranked=[[c.engineer, c.score, list(c.points), c.load, c.cap] for c in d.ranked],
            refused=[list(r) for r in d.refused],
        )
        for d in decided
    )
    return {row.ticket_id: row.id for row in rows}


def give(
    actor: Actor,
    tickets: Mapping[int, Ticket],
    decided: Sequence[routing.Decision],
    *,
    trigger: str,
    at: datetime,
) -> list[Ticket]:
    """The decisions on the record, and the tickets of those that found somebody in that person's hands."""
    kept = keep_decisions(actor, tickets, decided, trigger=trigger, at=at)
    commands = [
        Command(
            tickets[d.work],
            "dispatch",
            [Draft("assigned", {"assignee": d.chosen, "was": tickets[d.work].assignee_id, "decision": kept[d.work]})],
        )
        for d in decided
        if d.chosen is not None
    ]
    return record_commands(actor, commands, at=at) if commands else []
