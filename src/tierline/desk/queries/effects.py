"""What became of tickets that an article was to solve, and of readers who found one before they asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.desk.models import Ticket, TicketEvent

RECONTACT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Effect:
    """Tickets resolved with the article since then, and how many of them were reopened after it."""

    solved: int = 0
    reopened: int = 0
    at: tuple[datetime, ...] = ()

    @property
    def worked(self) -> int | None:
        """Per cent of the solved that stayed solved."""
        return round(100 * (self.solved - self.reopened) / self.solved) if self.solved else None


def of_articles(enterprises: Sequence[int], *, since: datetime) -> Mapping[int, Effect]:
    """From the tickets' own events, for every article that a resolution since then cites; one ticket counts once."""
    rows = TicketEvent.objects.filter(enterprise_id__in=enterprises, type="resolved", occurred_at__gte=since)
    cited: dict[int, dict[int, tuple[int, datetime]]] = {}
    for ticket_id, seq, at, payload in rows.values_list("ticket_id", "seq", "occurred_at", "payload"):
        if payload.get("article"):
            cited.setdefault(int(payload["article"]), {})[ticket_id] = (seq, at)
    tickets = {ticket_id for found in cited.values() for ticket_id in found}
    last: dict[int, int] = {}
    again = TicketEvent.objects.filter(ticket_id__in=tickets, type="reopened").order_by("seq")
    for ticket_id, seq in again.values_list("ticket_id", "seq"):
        last[ticket_id] = seq
    return {
        article: Effect(
            len(found),
            sum(last.get(ticket_id, 0) > seq for ticket_id, (seq, _) in found.items()),
            tuple(at for _, at in found.values()),
        )
        for article, found in cited.items()
    }


def without_ticket(readings: Iterable[tuple[int, int, datetime]], *, at: datetime) -> Mapping[int, int]:
    """article -> how many of its readings (article, person, when) led to no ticket of that person within 7 days.

    A reading that is not seven days old by ``at`` says nothing yet.
    """
    settled = [r for r in readings if r[2] + RECONTACT <= at]
    opened: dict[int, list[datetime]] = {}
    rows = Ticket.objects.filter(requester_id__in={person for _, person, _ in settled})
    for person, when in rows.values_list("requester_id", "opened_at"):
        opened.setdefault(person, []).append(when)
    found: dict[int, int] = {}
    for article, person, read_at in settled:
        if not any(read_at <= when < read_at + RECONTACT for when in opened.get(person, ())):
            found[article] = found.get(article, 0) + 1
    return found
