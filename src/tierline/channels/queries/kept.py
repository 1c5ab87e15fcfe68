"""The mail behind a word on a ticket, as it came and as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from tierline.channels import registry
from tierline.channels.base import NotInteresting, Raw, Unreadable
from tierline.channels.models import RawMessage
from tierline.channels.models.raw import REPLY, TICKET
from tierline.channels.types.email import frame
from tierline.plumbing import store


@dataclass(frozen=True, slots=True)
class Kept:
    delivery_id: int
    number: str
    sha256: str


def kept_mail(ticket_id: int, seq: int) -> Kept | None:
    """The mail that became the ticket's word ``seq``."""
    rows = RawMessage.objects.filter(ticket_id=ticket_id, event_seq=seq, channel="email", outcome__in=(TICKET, REPLY))
    row = rows.order_by("id").first()
    return Kept(row.id, "", row.sha256) if row is not None else None


def document(kept: Kept, *, pictures: bool = False) -> str:
    """The message as a document for a sandboxed frame; ``""`` where nothing in it can be read."""
    try:
        (message,) = registry.channel("email").parse(Raw(store.path(kept.sha256).read_bytes()))
    except (Unreadable, NotInteresting):
        return ""
    return frame.document(message, pictures=pictures)
