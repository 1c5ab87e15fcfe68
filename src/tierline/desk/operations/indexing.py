"""A closed ticket is found by what was asked and how it was solved, from the commit that closes it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.lifecycle import State
from tierline.domain.redaction import redacted
from tierline.knowledge import operations as knowledge
from tierline.knowledge.operations import Entry

KIND = "ticket"
CLOSED = (State.VERIFIED.value, State.ARCHIVED.value)
_ASKED = 4000


def index_closed(tickets: Sequence[Ticket], was: Mapping[int, str]) -> None:
    """``was``: each ticket's state before. One that is open again, or ended inside another, is found no more."""
    closed = [t for t in tickets if _is_closed(t) and was.get(t.id) not in CLOSED]
    gone = [t.id for t in tickets if not _is_closed(t) and was.get(t.id) in CLOSED]
    knowledge.drop(KIND, gone)
    index_tickets(closed)


def index_tickets(tickets: Sequence[Ticket]) -> None:
    """As their events say now: also after words of one have been erased."""
    closed = [t for t in tickets if _is_closed(t)]
    if not closed:
        return
    said: dict[tuple[int, str], str] = {}
    rows = TicketEvent.objects.filter(ticket_id__in=[t.id for t in closed], type__in=("opened", "resolved"))
    for ticket_id, kind, words in rows.order_by("seq").values_list("ticket_id", "type", "words"):
        said[ticket_id, kind] = str(words.get("resolution" if kind == "resolved" else "text") or "")
    knowledge.put(_entry(t, said.get((t.id, "opened"), ""), said.get((t.id, "resolved"), "")) for t in closed)


def _entry(t: Ticket, asked: str, solved: str) -> Entry:
    """The solution first: that is what somebody who searches wants to read."""
    body = redacted(f"{solved}\n\n{asked[:_ASKED]}".strip())
    language = "zh-hans" if any("\u4e00" <= c <= "\u9fff" for c in t.subject + body) else "en"
    at = t.resolved_at or t.opened_at
    return Entry(t.enterprise_id, KIND, t.id, t.number, t.subject, body, at, language=language)


def _is_closed(t: Ticket) -> bool:
    return t.state in CLOSED and t.merged_into_id is None
