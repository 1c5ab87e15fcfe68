"""Tickets with everything that happened to them, in keyset batches, for questions about many of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tierline.desk import clocks, policies
from tierline.desk.models import Ticket
from tierline.domain.errors import NotAllowed
from tierline.domain.events import Event
from tierline.domain.terms import Terms
from tierline.plumbing.actor import Actor

# Opening and id of the last ticket of a batch: where the next begins.
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Which:
    """Tickets pinned to one of these agreement versions: opened in [from_at, to_at), or open now.

    ``enterprise_id`` says whose versions these are, where that is known: the batches then follow one index.
    """

    versions: Collection[int]
    enterprise_id: int | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """``place`` is where to go on after this ticket; ``events`` are all of them, in recording order."""

    ticket_id: int
    number: str
    subject: str
    priority: str
    agreement: int
    opened_at: datetime
    events: Sequence[Event]

    @property
    def place(self) -> Place:
        return self.opened_at, self.ticket_id

    @property
    def is_imported(self) -> bool:
        """What it owed was owed at another desk: it has no clocks here."""
        return clocks.is_imported(self.events)


def histories(actor: Actor, which: Which, *, after: Place | None = None, limit: int = 200) -> list[History]:
    """The next batch, the latest opened first, by two statements. For readers of internal facts. Raises NotAllowed."""
    if not policies.sees_internal(actor):
        raise NotAllowed(right="ticket.history", role=actor.role)
    found = list(_after(actor, which, after)[:limit])
    events = clocks.history(t.id for t in found)
    return [
        History(t.id, t.number, t.subject, t.priority, t.agreement_id or 0, t.opened_at, events.get(t.id, ()))
        for t in found
    ]


def places(actor: Actor, which: Which, *, after: Place | None = None, limit: int = 200) -> list[Place]:
    """The same batch without what happened."""
    return list(_after(actor, which, after).values_list("opened_at", "id")[:limit])


def how_many(actor: Actor, which: Which, *, most: int | None = None) -> int:
    """No more than ``most`` are counted."""
    return _which(actor, which)[:most].count()


def pinned_terms(histories: Sequence[History]) -> Mapping[int, Terms]:
    """Every agreement version that these tickets were ever under."""
    return clocks.terms_of({h.ticket_id: h.events for h in histories})


def _after(actor: Actor, which: Which, place: Place | None) -> QuerySet[Ticket]:
    rows = _which(actor, which)
    if place is not None:
        opened_at, ticket_id = place
        rows = rows.filter(opened_at__lte=opened_at).filter(Q(opened_at__lt=opened_at) | Q(id__lt=ticket_id))
    return rows.order_by("-opened_at", "-id")


def _which(actor: Actor, which: Which) -> QuerySet[Ticket]:
    rows: QuerySet[Ticket] = Ticket.objects.filter(policies.visible_tickets(actor), agreement_id__in=which.versions)
    if which.enterprise_id is not None:
        rows = rows.filter(enterprise_id=which.enterprise_id)
    if which.from_at is not None:
        rows = rows.filter(opened_at__gte=which.from_at)
    if which.to_at is not None:
        rows = rows.filter(opened_at__lt=which.to_at)
    return rows.filter(is_open=True) if which.open_only else rows
