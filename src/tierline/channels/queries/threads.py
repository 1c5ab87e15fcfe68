"""What receiving and sending ask: whose address, which thread, what came before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from tierline.channels.deciding import WINDOW
from tierline.channels.models import Mailbox, MailReference, Outbound, Participant, RawMessage
from tierline.channels.models.raw import DUPLICATE, PENDING, REPLY, TICKET

MESSAGE_ID_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Whose mail an address takes."""

    address: str
    provider_id: int
    enterprise_id: int
    mailbox_id: int | None


def places(addresses: Iterable[str]) -> Mapping[str, Place]:
    """Active mailboxes by address, in the whole installation: asked before any scope is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT address, provider_id, enterprise_id, mailbox_id FROM tierline_mailbox(%s)", [list(addresses)]
        )
        return {row[0]: Place(*row) for row in cursor.fetchall()}


def mailboxes(enterprise_id: int) -> list[Mailbox]:
    """Oldest first; the first active one is the enterprise's default."""
    return list(Mailbox.objects.filter(enterprise_id=enterprise_id).order_by("id"))


def mailbox_of(enterprise_id: int, ticket_id: int | None = None) -> Mailbox | None:
    """The mailbox that the ticket's mail came through, else the enterprise's default, if there is one."""
    if ticket_id is not None:
        came = RawMessage.objects.filter(ticket_id=ticket_id).exclude(mailbox_id=None).order_by("-id").first()
        used = Mailbox.objects.filter(id=came.mailbox_id, is_active=True).first() if came else None
        if used is not None:
            return used
    return Mailbox.objects.filter(enterprise_id=enterprise_id, is_active=True).order_by("id").first()


def own_addresses(addresses: Iterable[str]) -> set[str]:
    """Which of these addresses are mailboxes of the enterprises in scope."""
    return set(Mailbox.objects.filter(address__in=set(addresses)).values_list("address", flat=True))


def known_keys(enterprise_id: int, channel: str, keys: Iterable[str]) -> Mapping[str, RawMessage]:
    """The first delivery of each message that has been dealt with."""
    rows = RawMessage.objects.filter(enterprise_id=enterprise_id, channel=channel, message_key__in=set(keys))
    return {row.message_key: row for row in rows.exclude(reason=DUPLICATE)}


def referenced(enterprise_id: int, message_ids: Iterable[str]) -> Mapping[str, int]:
    """The ticket of each known Message-ID."""
    wanted = {reference(one) for one in message_ids}
    rows = MailReference.objects.filter(enterprise_id=enterprise_id, message_id__in=wanted)
    return dict(rows.values_list("message_id", "ticket_id"))


def thread_ids(ticket_id: int, *, before: str = "", limit: int = 30) -> list[str]:
    """The ticket's Message-IDs, oldest first: the one that began the thread and the latest ones.

    Nothing from the message ``before`` on, if that one is known: a message made again is made alike.
    """
    rows = MailReference.objects.filter(ticket_id=ticket_id)
    if before and (own := rows.filter(message_id=before).first()):
        rows = rows.filter(id__lt=own.id)
    latest = list(rows.order_by("-id").values_list("message_id", flat=True)[:limit])[::-1]
    first = rows.order_by("id").values_list("message_id", flat=True).first()
    return latest if first is None or first in latest else [first, *latest]


def participants(ticket_ids: Iterable[int]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for ticket_id, address in Participant.objects.filter(ticket_id__in=set(ticket_ids)).values_list(
        "ticket_id", "address"
    ):
        found.setdefault(ticket_id, set()).add(address)
    return found


def recent_counts(enterprise_id: int, senders: Iterable[str], *, at: datetime) -> Mapping[str, int]:
    """Messages of each sender that were let in within the flood window before ``at``."""
    rows = RawMessage.objects.filter(
        enterprise_id=enterprise_id,
        sender__in=set(senders),
        received_at__gt=at - WINDOW,
        received_at__lte=at,
        outcome__in=(TICKET, REPLY),
    )
    return dict(rows.values_list("sender").annotate(n=Count("id")).values_list("sender", "n"))


def pending(enterprise_id: int, *, before: datetime) -> list[int]:
    """Deliveries stored at or before that instant and not dealt with."""
    rows = RawMessage.objects.filter(enterprise_id=enterprise_id, outcome=PENDING, received_at__lte=before)
    return list(rows.order_by("id").values_list("id", flat=True))


def opening_delivery(ticket_id: int) -> RawMessage | None:
    """The delivery that the ticket was opened for."""
    found: RawMessage | None = RawMessage.objects.filter(ticket_id=ticket_id, outcome=TICKET).order_by("id").first()
    return found


def sent(ticket_id: int) -> list[Outbound]:
    """What went out, or should have, for the ticket, oldest first."""
    return list(Outbound.objects.filter(ticket_id=ticket_id).order_by("id"))


_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)


def message_id_of(body: bytes) -> str:
    """The Message-ID, in its stored form, of a mail that we made."""
    found = _MESSAGE_ID.search(body[:20_000])
    return reference(found[1].decode("ascii", "replace")) if found else ""


def reference(message_id: str) -> str:
    """A Message-ID in its stored form."""
    return message_id.strip().strip("<>")[:MESSAGE_ID_LIMIT]
