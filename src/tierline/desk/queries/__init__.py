"""Reads of the desk, each through the one visibility rule."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from tierline.desk import clocks, policies
from tierline.desk.models import Attachment, Link, Task, Ticket, TicketEvent
from tierline.desk.queries import originals
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.events import Event
from tierline.domain.sla import Reading
from tierline.domain.terms import Terms
from tierline.domain.text import is_storable
from tierline.domain.ticket import moves_of
from tierline.plumbing.actor import Actor

VIEWS = ("queue", "mine", "unassigned", "waiting", "resolved", "recent")
PAGE = 50
PAGE_LIMIT = 200

# Events of the machinery that a requester has no use for, even where the audience is public.
_FOR_REQUESTER = ("opened", "customer_message", "public_message")


@dataclass(frozen=True, slots=True)
class Filter:
    """``view`` is a lane of the queue; the rest narrows it. ``q`` finds a number or words of the subject."""

    view: str = "recent"
    state: str = ""
    tier: int | None = None
    priority: str = ""
    assignee_id: int | None = None
    customer_id: int | None = None
    enterprise_id: int | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    tickets: Sequence[Ticket]
    next_cursor: str


def ticket(actor: Actor, ticket_id: int) -> Ticket:
    """Raises NotFound also for a ticket that exists where the actor may not look."""
    found = _visible(actor).filter(id=ticket_id).first()
    if found is None:
        raise NotFound(what="ticket", value=ticket_id)
    return originals.as_written(actor, [found])[0]


def ticket_numbered(actor: Actor, number: str) -> Ticket:
    found = _visible(actor).filter(number=number.upper()).first() if is_storable(number) else None
    if found is None:
        raise NotFound(what="ticket", value=number)
    return originals.as_written(actor, [found])[0]


def tickets(actor: Actor, ids: Sequence[int]) -> Mapping[int, Ticket]:
    return {t.id: t for t in originals.as_written(actor, list(_visible(actor).filter(id__in=ids)))}


def page(actor: Actor, wanted: Filter, *, cursor: str = "", limit: int = PAGE) -> Page:
    """Keyset pages: in the queue lanes by ``order_at`` (least slack first, nobody starved), elsewhere newest first."""
    rows = _narrowed(actor, _lane(actor, wanted.view), wanted)
    size = max(1, min(limit, PAGE_LIMIT))
    by_slack = wanted.view in ("queue", "mine", "unassigned")
    if by_slack:
        rows = _after_slack(rows, cursor).order_by(F("order_at").asc(nulls_last=True), "id")
    else:
        rows = rows.filter(id__lt=_number(cursor)).order_by("-id") if cursor else rows.order_by("-id")
    found = list(rows[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return Page(originals.as_written(actor, found[:size]), _cursor(more, by_slack) if more else "")


def events(actor: Actor, ticket: Ticket) -> list[Event]:
    """What this reader may know of what happened, in recording order; words of others with the sensitive masked."""
    return told(actor, ticket).events


def told(actor: Actor, ticket: Ticket) -> originals.Told:
    """The same, and in which of them something is masked."""
    return originals.told(actor, ticket, written(actor, ticket))


def written(actor: Actor, ticket: Ticket) -> list[Event]:
    """The same with the words as they were written: for who has the right to them, or sends them where they belong."""
    rows = TicketEvent.objects.filter(ticket_id=ticket.id).order_by("seq")
    if not policies.sees_internal(actor):
        rows = rows.filter(audience="public", type__in=_FOR_REQUESTER)
    return [row.fact() for row in rows]


def terms_of(ticket: Ticket) -> Mapping[int, Terms]:
    """The agreement versions that the ticket's events pin."""
    return clocks.terms_of(clocks.history([ticket.id]))


def readings(actor: Actor, ticket: Ticket, *, at: datetime) -> list[Reading]:
    """The ticket's clocks for this reader: a customer sees the promises made to customers."""
    return readings_of(actor, [ticket], at=at)[ticket.id]


def readings_of(actor: Actor, rows: Sequence[Ticket], *, at: datetime) -> dict[int, list[Reading]]:
    read = clocks.readings(rows, clocks.history(t.id for t in rows), at=at)
    if policies.sees_internal(actor):
        return read
    return {ticket_id: [r for r in own if r.kind in clocks.CUSTOMER_KINDS] for ticket_id, own in read.items()}


def allowed_moves(actor: Actor, ticket: Ticket) -> list[str]:
    """What this actor may do with it now."""
    return [move for move in moves_of(ticket.snapshot()) if policies.may(actor, move, ticket)]


def tasks(actor: Actor, ticket: Ticket) -> list[Task]:
    rows = Task.objects.filter(ticket_id=ticket.id).order_by("number")
    if policies.sees_internal(actor):
        return list(rows)
    return list(rows.filter(department=actor.department, supplier="")) if actor.department else []


def links(actor: Actor, ticket: Ticket) -> list[Link]:
    return list(Link.objects.filter(ticket_id=ticket.id).order_by("id")) if policies.sees_internal(actor) else []


def attachments(actor: Actor, ticket: Ticket) -> list[Attachment]:
    """The files of the events that this reader may see."""
    shown = [e.seq for e in written(actor, ticket)]
    return list(Attachment.objects.filter(ticket_id=ticket.id, event_seq__in=shown).order_by("id"))


def attachment(actor: Actor, attachment_id: int) -> Attachment:
    """One file, if its event is visible; an unattached one only for who uploaded it."""
    found = Attachment.objects.filter(id=attachment_id).first()
    if found is not None and found.ticket_id is None and found.uploaded_by_id == actor.person_id:
        return found
    if found is not None and found.ticket_id is not None:
        owner = _visible(actor).filter(id=found.ticket_id).first()
        if owner is not None and found.event_seq in {e.seq for e in written(actor, owner)}:
            return found
    raise NotFound(what="attachment", value=attachment_id)


def departments_open_tasks(actor: Actor) -> list[Task]:
    """What the actor's own department owes, earliest due first."""
    rows = Task.objects.filter(department=actor.department, supplier="", finished_at=None)
    return list(rows.order_by(F("due_at").asc(nulls_last=True), "id")[:PAGE_LIMIT])


def counts(actor: Actor) -> Mapping[str, int]:
    """How many tickets lie in each lane; read from the partial indexes of open tickets."""
    return {view: _visible(actor).filter(_lane(actor, view)).count() for view in ("queue", "mine", "unassigned")}


def all_ids(actor: Actor) -> Iterator[int]:
    yield from _visible(actor).order_by("id").values_list("id", flat=True).iterator(chunk_size=5000)


def _visible(actor: Actor) -> QuerySet[Ticket]:
    rows: QuerySet[Ticket] = Ticket.objects.filter(policies.visible_tickets(actor))
    return rows


def _lane(actor: Actor, view: str) -> Q:
    lanes: Mapping[str, Q] = {
        "queue": Q(is_open=True),
        "mine": Q(is_open=True, assignee_id=actor.person_id),
        "unassigned": Q(is_open=True, assignee_id=None),
        "waiting": Q(is_open=True, state="waiting"),
        "resolved": Q(state="resolved", merged_into_id=None),
        "recent": Q(),
    }
    if view not in lanes:
        raise Invalid(field="view", value=view, allowed=list(lanes))
    return lanes[view]


def _narrowed(actor: Actor, lane: Q, wanted: Filter) -> QuerySet[Ticket]:
    for name in ("state", "priority", "q"):
        if not is_storable(getattr(wanted, name)):
            raise Invalid(field=name, value="unstorable")
    rows = _visible(actor).filter(lane)
    equal: dict[str, Any] = {
        "state": wanted.state,
        "tier": wanted.tier,
        "priority": wanted.priority,
        "assignee_id": wanted.assignee_id,
        "customer_id": wanted.customer_id,
        "enterprise_id": wanted.enterprise_id,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value not in (None, "")})
    for word in wanted.q.split()[:8]:
        rows = rows.filter(Q(subject__icontains=word) | Q(number__iexact=word))
    return rows


def _after_slack(rows: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    if not cursor:
        return rows
    due, _, last = _decoded(cursor).partition("|")
    after = _number(last)
    if due == "":
        return rows.filter(order_at=None, id__gt=after)
    try:
        instant = datetime.fromisoformat(due).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(field="cursor", value="not ours") from None
    if not 1970 < instant.year < 9999:
        raise Invalid(field="cursor", value="not ours")
    return rows.filter(Q(order_at__gt=instant) | Q(order_at=instant, id__gt=after) | Q(order_at=None))


def _cursor(last: Ticket, by_slack: bool) -> str:
    if not by_slack:
        return str(last.id)
    due = last.order_at.isoformat() if last.order_at else ""
    return base64.urlsafe_b64encode(f"{due}|{last.id}".encode()).decode()


def _decoded(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, ValueError):
        raise Invalid(field="cursor", value=cursor) from None


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(field="cursor", value=text)
    return int(text)
