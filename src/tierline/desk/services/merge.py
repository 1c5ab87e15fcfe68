"""合并与拆分: two tickets that are one, one that is two; both can be undone from the events."""

from __future__ import annotations

from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.desk import clocks
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import Command, Draft, NewTicket, locked, open_tickets, record_commands
from tierline.desk.services.act import Seen, load
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.text import SUBJECT_LIMIT, clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

_OF_A_TASK = ("task", "supplier")


@service
def merge_tickets(*, actor: Actor, seen: Seen, into: int, at: datetime) -> list[Ticket]:
    """The tickets become part of ``into``, which takes the earlier due of each kind of clock."""
    if into in seen:
        raise Invalid(field="into", value=into)
    locked(actor, sorted({*seen, into}))  # one lock order for every merge: two crossing merges cannot deadlock
    tickets = load(actor, seen, "merge", Move.MERGE)
    target = load(actor, {into: locked(actor, [into])[0].version}, "merge", Move.MERGE)[0]
    commands = []
    absorbed = []
    for ticket in tickets:
        if ticket.enterprise_id != target.enterprise_id:
            raise Invalid(field="into", value=into)
        dues = _open_dues(ticket, at)
        commands.append(Command(ticket, "merge", [Draft("merged", {"into": target.id})]))
        absorbed.append(Draft("merge_absorbed", {"from": ticket.id, "clocks": dues}))
    record_commands(actor, [*commands, Command(target, "merge", absorbed)], at=at)
    return tickets


@service
def unmerge_ticket(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """Both tickets and both sets of clocks as if the merge had not been."""
    merged = _targets(seen)
    locked(actor, sorted({*seen, *merged}))  # the same order as merging
    tickets = load(actor, seen, "unmerge", Move.UNMERGE)
    commands = [Command(t, "unmerge", [Draft("unmerged", {"into": t.merged_into_id})]) for t in tickets]
    for target in locked(actor, sorted({t.merged_into_id for t in tickets if t.merged_into_id is not None})):
        released = [Draft("merge_released", {"from": t.id}) for t in tickets if t.merged_into_id == target.id]
        commands.append(Command(target, "unmerge", released))
    record_commands(actor, commands, at=at)
    return tickets


@service
def split_ticket(*, actor: Actor, seen: Seen, from_event: int, subject: str, at: datetime) -> list[Ticket]:
    """A message of the ticket becomes a ticket of its own, whose clocks start at that message's receipt.

    Returns the new tickets. ``from_event`` is the event's number in the ticket.
    """
    name = clean(subject, field="subject", limit=SUBJECT_LIMIT)
    made = []
    for ticket in load(actor, seen, "split", Move.SPLIT):
        event = TicketEvent.objects.filter(
            ticket_id=ticket.id, seq=from_event, type__in=("opened", "customer_message")
        ).first()
        if event is None:
            raise NotFound(what="event", value=from_event)
        new = _split_off(actor, ticket, event, name, at)
        record_commands(
            actor, [Command(ticket, "split", [Draft("split_off", {"into": new.id, "event": from_event})])], at=at
        )
        made.append(new)
    return made


def _targets(seen: Seen) -> list[int]:
    """Where these tickets were merged into, read without a lock to know the order of locking."""
    rows = Ticket.objects.filter(id__in=list(seen), merged_into_id__isnull=False)
    return list(rows.values_list("merged_into_id", flat=True))


def _split_off(actor: Actor, ticket: Ticket, event: TicketEvent, subject: str, at: datetime) -> Ticket:
    author = accounts.person(event.actor_id or ticket.requester_id or 0)
    made = open_tickets(
        actor=actor,
        items=[
            NewTicket(
                enterprise_id=ticket.enterprise_id,
                text=event.words.get("text", ""),
                requester_email=author.email,
                subject=subject,
                customer=ticket.customer_id,
                channel=event.channel,
                started_at=event.occurred_at,
                split_from=ticket.id,
            )
        ],
        at=at,
    )[0]
    if isinstance(made, DomainError):
        raise made
    return made


def _open_dues(ticket: Ticket, at: datetime) -> dict[str, str]:
    read = clocks.readings([ticket], clocks.history([ticket.id]), at=at)[ticket.id]
    # A breached clock is still open: its due time lies in the past and goes along. Tasks stay with their own ticket.
    dues: dict[str, datetime] = {}
    for r in read:
        if r.is_open and r.due_at is not None and r.kind not in _OF_A_TASK:
            dues[r.kind] = min(r.due_at, dues.get(r.kind, r.due_at))
    return {kind: due_at.isoformat() for kind, due_at in dues.items()}
