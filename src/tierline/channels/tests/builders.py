"""Mails as people and machines send them, and the jobs that a worker would run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.db import connection

from tests.support.world import AT, Place
from tierline.channels import queries, services
from tierline.channels.base import Raw
from tierline.channels.models import Outbound, RawMessage
from tierline.channels.services import Receipt
from tierline.desk import queries as desk
from tierline.domain.events import Event
from tierline.plumbing import jobs, tenancy

SUPPORT = "support@yunsuanpan.example"
_serial = itertools.count(1)


def letter(
    *,
    sender: str,
    text: str = "银企直连下载流水失败，报证书错误。",
    subject: str = "银企直连不通",
    to: str = SUPPORT,
    message_id: str = "",
    headers: Sequence[tuple[str, str]] = (),
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<m{next(_serial)}@mail.example>"
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0800"
    for name, value in headers:
        message[name] = value
    message.set_content(text)
    return message


def answer(to: EmailMessage | bytes, *, sender: str, text: str, is_plain: bool = False) -> EmailMessage:
    """A reply as a mail program makes it: to Reply-To, with the references. ``is_plain``: to From only, no token."""
    asked = message_from_bytes(bytes(to), policy=policy.default)
    own = str(asked["Message-ID"])
    references = f"{asked['References'] or ''} {own}".strip()
    back = str(asked["From"] if is_plain else asked["Reply-To"] or asked["From"])
    return letter(
        sender=sender,
        text=text,
        subject=f"回复：{asked['Subject']}",
        to=back,
        headers=[("In-Reply-To", own), ("References", references)],
    )


def take(place: Place, *messages: EmailMessage | bytes, at: datetime = AT, to: str = "") -> list[Receipt]:
    raws = [Raw(bytes(m), source=f"{n}.eml", envelope_to=(to,) if to else ()) for n, m in enumerate(messages)]
    return services.receive(raws=raws, at=at, enterprise_id=place.enterprise_id)


def take_one(place: Place, message: EmailMessage | bytes, *, at: datetime = AT, to: str = "") -> Receipt:
    return take(place, message, at=at, to=to)[0]


def make_mailbox(place: Place, address: str = SUPPORT, **told: Any) -> int:
    return services.add_mailbox(actor=place.system, enterprise_id=place.enterprise_id, address=address, at=AT, **told)


def events(place: Place, ticket_id: int | None) -> list[Event]:
    assert ticket_id is not None
    with tenancy.reading(place.system):
        return desk.events(place.system, desk.ticket(place.system, ticket_id))


def ticket_of(place: Place, ticket_id: int | None) -> Any:
    assert ticket_id is not None
    with tenancy.reading(place.system):
        return desk.ticket(place.system, ticket_id)


def said(place: Place, ticket_id: int | None) -> list[tuple[str, str]]:
    """(who, what) of every word on the ticket."""
    return [(e.actor_role, e.words["text"]) for e in events(place, ticket_id) if e.words.get("text")]


def outbound(place: Place, ticket_id: int | None) -> list[Outbound]:
    assert ticket_id is not None
    with tenancy.reading(place.system):
        return queries.sent(ticket_id)


def deliveries(place: Place) -> list[RawMessage]:
    with tenancy.reading(place.system):
        return list(RawMessage.objects.order_by("id"))


def run_jobs() -> int:
    """What a worker would do now: every deferred job, and those that these defer. How many there were."""
    done = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, args")
            rows = sorted(cursor.fetchall())
        if not rows:
            return done
        for _, text in rows:
            args = json.loads(text)
            jobs.resolve(args["call"])(**args["facts"])
            done += 1


def make_lost(place: Place, ticket_id: int) -> int:
    """A word of ours that was given up after its last try."""
    with tenancy.scoped(place.provider_id, (place.enterprise_id,)):
        row = Outbound.objects.create(
            provider_id=place.provider_id,
            enterprise_id=place.enterprise_id,
            ticket_id=ticket_id,
            event_seq=1,
            channel="email",
            recipient="kuaiji@jia.example",
            state="failed",
            attempts=12,
            last_error="mailbox full",
            created_at=AT,
        )
    return int(row.id)


def state_of(outbound_id: int) -> str:
    """In the reader's scope."""
    return str(Outbound.objects.get(id=outbound_id).state)
