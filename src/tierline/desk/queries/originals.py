"""Whose words are shown as they were written: everybody else reads them redacted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tierline.desk import policies
from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.events import Event
from tierline.domain.redaction import redacted_words
from tierline.plumbing.actor import SYSTEM, Actor

# What a mask leaves behind; a subject without any of it is as it was written.
_MASKS = ("*", "•")


@dataclass(frozen=True, slots=True)
class Told:
    """``masked`` are the numbers of the events in which something is not shown."""

    events: list[Event]
    masked: frozenset[int] = frozenset()


def told(actor: Actor, ticket: Ticket, events: Sequence[Event]) -> Told:
    """The events as this reader reads them. The requester's own conversation is as it was written."""
    if policies.owns_words(actor, ticket.requester_id, ticket.id):
        return Told(list(events))
    shown = [redacted(event) for event in events]
    return Told(shown, frozenset(e.seq for e, was in zip(shown, events, strict=True) if e is not was))


def redacted(event: Event) -> Event:
    """The event itself where nothing in it is sensitive, so that ``is`` tells."""
    words = redacted_words(event.words)
    return event if words == event.words else replace(event, words=words)


def subjects(ticket_ids: Iterable[int]) -> Mapping[int, str]:
    """The subjects as they were written, by one read. Only for their own writers' eyes."""
    rows = TicketEvent.objects.filter(ticket_id__in=list(ticket_ids), type="opened").order_by("ticket_id", "-seq")
    return {ticket_id: words.get("subject", "") for ticket_id, words in rows.values_list("ticket_id", "words")}


def as_written(actor: Actor, rows: Sequence[Ticket]) -> Sequence[Ticket]:
    """The rows, those that the actor wrote with their own subject. Nothing is read where nothing is masked."""
    if actor.role == SYSTEM:
        # What the product reads it tells to others; a mail to the requester asks for ``subjects`` by name.
        return rows
    own = [t for t in rows if _is_masked(t.subject) and policies.owns_words(actor, t.requester_id, t.id)]
    written = subjects(t.id for t in own) if own else {}
    for ticket in own:
        ticket.subject = written.get(ticket.id) or ticket.subject
    return rows


def _is_masked(text: str) -> bool:
    return any(mask in text for mask in _MASKS)
