"""Questions whose answer is known: tickets that were closed by citing an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tierline.desk import policies
from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.redaction import redacted
from tierline.plumbing.actor import Actor

_ENDED = ("resolved", "verified", "archived")


@dataclass(frozen=True, slots=True)
class Solved:
    """``text`` is what the requester asked at first, redacted."""

    ticket_id: int
    fault_class: str
    article_id: int
    text: str


def how_many_solved(actor: Actor, enterprise_id: int, *, most: int) -> int:
    return _solved(actor, enterprise_id)[:most].count()


def solved(actor: Actor, enterprise_id: int, *, before: int | None = None, limit: int) -> Sequence[Solved]:
    """The newest first, those before the ticket ``before``."""
    rows = _solved(actor, enterprise_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    tickets = list(rows.order_by("-id").only("id", "fault_class", "article_id")[:limit])
    said = asked([t.id for t in tickets])
    return [Solved(t.id, t.fault_class, t.article_id or 0, said.get(t.id, "")) for t in tickets]


def asked(ticket_ids: Sequence[int]) -> dict[int, str]:
    """Ticket -> the words it was opened with, redacted; without those that were erased."""
    rows = TicketEvent.objects.filter(ticket_id__in=list(ticket_ids), type="opened", erased_at=None)
    return {
        ticket_id: redacted("\n".join(words[name] for name in ("subject", "text") if words.get(name)))
        for ticket_id, words in rows.order_by("ticket_id", "-seq").values_list("ticket_id", "words")
    }


def _solved(actor: Actor, enterprise_id: int) -> QuerySet[Ticket]:
    ended: QuerySet[Ticket] = Ticket.objects.filter(
        policies.visible_tickets(actor), enterprise_id=enterprise_id, state__in=_ENDED, merged_into_id=None
    ).exclude(article_id=None)
    return ended


def said(ticket_id: int, seq: int) -> str:
    """The words of one event, redacted."""
    row = TicketEvent.objects.filter(ticket_id=ticket_id, seq=seq, erased_at=None).values_list("words", flat=True)
    return redacted(str((row.first() or {}).get("text", "")))
