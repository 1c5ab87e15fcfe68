"""Texts to learn from: the one way in which what people wrote reaches a model, or an export for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tierline.desk import policies
from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.redaction import redacted
from tierline.plumbing.actor import Actor

_CHUNK = 500
_SPOKEN = ("opened", "customer_message", "public_message", "note", "resolved")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One word of a ticket, redacted. ``role`` is who spoke; nobody is named. ``service`` and ``cause`` are labels."""

    ticket_id: int
    seq: int
    at: datetime
    type: str
    role: str
    text: str
    service_id: int | None
    fault_class: str
    cause: str


def lessons(actor: Actor, enterprise_id: int, *, opened_before: datetime) -> Iterator[Lesson]:
    """Every word that was said on the enterprise's tickets, oldest first, a fixed number of reads per 500 tickets."""
    rows = Ticket.objects.filter(
        policies.visible_tickets(actor), enterprise_id=enterprise_id, opened_at__lt=opened_before
    )
    ids = list(rows.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        labels = {t.id: t for t in Ticket.objects.filter(id__in=chunk).only("service_id", "fault_class", "cause")}
        events = TicketEvent.objects.filter(ticket_id__in=chunk, type__in=_SPOKEN, erased_at=None)
        for e in events.order_by("ticket_id", "seq"):
            said = "\n".join(str(e.words[name]) for name in ("subject", "text", "resolution") if e.words.get(name))
            if said and not e.payload.get("automatic"):
                t = labels[e.ticket_id]
                yield Lesson(
                    e.ticket_id, e.seq, e.occurred_at, e.type, e.actor_role, redacted(said), t.service_id,
                    t.fault_class, t.cause,
                )  # fmt: skip
