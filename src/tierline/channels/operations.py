"""Writing threads, deliveries and mailboxes inside another transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import IntegrityError, connection, transaction

from tierline.accounts import queries as accounts
from tierline.accounts.operations import AlreadyThere, address_of
from tierline.agreements import queries as agreements
from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.channels import queries, registry, sealing, setup
from tierline.channels.addressing import plain
from tierline.channels.base import Outbound as Letter
from tierline.channels.base import Parcel, Party
from tierline.channels.models import Mailbox, MailReference, Outbound, Participant
from tierline.channels.models.outbound import BOUNCED, FAILED
from tierline.channels.setup import Setup, secrets_after
from tierline.channels.transports import Held
from tierline.channels.wording import say
from tierline.desk.operations import Command, Draft, locked, record_commands
from tierline.domain.errors import NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

_ERROR_LIMIT = 500
_PLAIN = Setup()
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Word:
    """A Message-ID and the ticket it stands for."""

    message_id: str
    ticket_id: int
    is_ours: bool = False


def make_mailbox(
    *,
    actor: Actor,
    enterprise_id: int,
    address: str,
    at: datetime,
    name: str = "",
    service: str = "",
    how: Setup = _PLAIN,
    secrets: Mapping[str, str] = _NOTHING,
) -> int:
    """A new address of the enterprise. Raises AlreadyThere when anyone in the installation has it, NotFound
    for a service that the catalogue does not have, and as ``setup.checked`` does."""
    require_transaction()
    wanted = plain(address_of(address))
    kept = secrets_after({}, secrets)
    box = Mailbox(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        address=wanted,
        name=clean(name, field="name", limit=200, required=False),
        service=known_service(enterprise_id, service),
        created_at=at,
        sealed=sealing.sealed(kept),
        **setup.columns(setup.checked(how, kept)),
    )
    try:
        with transaction.atomic():
            box.save(force_insert=True)
    except IntegrityError:
        raise AlreadyThere(what="mailbox", email=wanted) from None
    audit(actor, [Act(f"mailbox:{box.id}", "mailbox.created", enterprise_id, {"address": wanted})], at=at)
    return box.id


def known_service(enterprise_id: int, code: str) -> str:
    """``code``, which may be empty. Raises NotFound for one that the catalogue does not have."""
    if code and code not in agreements.services_by_code(enterprise_id, [code]):
        raise NotFound(what="service", value=code)
    return code


def sender(enterprise_id: int, mailbox_id: int | None = None) -> Party:
    """The mailbox it goes out from; an enterprise without one still answers, from an address that takes no mail."""
    enterprise = accounts.enterprise(enterprise_id)
    box = {box.id: box for box in queries.mailboxes(enterprise_id)}.get(mailbox_id or 0)
    if box is not None:
        return Party(box.name or enterprise.name, box.address)
    return Party(enterprise.name, f"support@{enterprise.domain or f'{enterprise.slug}.invalid'}")


def letter(*, enterprise_id: int, key: str, to: Party, subject: str, text: str, sent_at: datetime) -> Parcel:
    """A mail that the product writes by itself, marked as such and made, not sent: ``services.hand_over`` sends it.

    The same values give the same bytes and the same Message-ID. Raises Invalid for an unusable address.
    """
    require_transaction()
    boxes = queries.mailboxes(enterprise_id)
    held = Held()
    own = Letter(
        key=key,
        sender=sender(enterprise_id, boxes[0].id if boxes else None),
        to=(to,),
        subject=subject,
        text=text,
        sent_at=sent_at,
        automatic=True,
    )
    registry.channel("email").send(own, transport=held)
    assert held.parcel is not None
    return held.parcel


def lock_messages(enterprise_id: int, channel: str, keys: Iterable[str]) -> None:
    """Two copies of one message that arrive at the same moment are dealt with one after the other."""
    require_transaction()
    names = [f"{channel}:{enterprise_id}:{key}" for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM"
            " (SELECT DISTINCT hashtextextended(n, 0) k FROM unnest(%s::text[]) n ORDER BY 1) AS locks",
            [names],
        )


def remember_thread(actor: Actor, enterprise_id: int, words: Sequence[Word], *, at: datetime) -> None:
    """From now on these Message-IDs stand for their tickets; one that already does is left as it is."""
    require_transaction()
    MailReference.objects.bulk_create(
        (
            MailReference(
                provider_id=actor.provider_id,
                enterprise_id=enterprise_id,
                message_id=queries.reference(word.message_id),
                ticket_id=word.ticket_id,
                is_ours=word.is_ours,
                at=at,
            )
            for word in words
            if word.message_id
        ),
        ignore_conflicts=True,
    )


def remember_participants(actor: Actor, enterprise_id: int, copied: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """(ticket, address) of people that a participant wrote to as well."""
    require_transaction()
    Participant.objects.bulk_create(
        (
            Participant(
                provider_id=actor.provider_id,
                enterprise_id=enterprise_id,
                ticket_id=ticket_id,
                address=address,
                added_at=at,
            )
            for ticket_id, address in copied
        ),
        ignore_conflicts=True,
    )


def bounced(actor: Actor, enterprise_id: int, message_ids: Iterable[str], *, why: str, at: datetime) -> list[int]:
    """The mails of ours that came back, by ticket; each is told once, as an internal note on its ticket."""
    require_transaction()
    wanted = {queries.reference(one) for one in message_ids if one}
    rows = Outbound.objects.filter(enterprise_id=enterprise_id, message_id__in=wanted).exclude(state=BOUNCED)
    found = list(rows.select_for_update().order_by("id"))
    for row in found:
        row.state, row.last_error = BOUNCED, why[:_ERROR_LIMIT]
        row.save(update_fields=["state", "last_error"])
        tell_undelivered(actor, row, at=at)
    return [row.ticket_id for row in found]


def given_up(actor: Actor, row: Outbound, *, why: str, at: datetime) -> None:
    require_transaction()
    row.state, row.last_error, row.claimed_at = FAILED, why[:_ERROR_LIMIT], None
    row.save(update_fields=["state", "last_error", "claimed_at"])
    tell_undelivered(actor, row, at=at)


def tell_undelivered(actor: Actor, row: Outbound, *, at: datetime) -> None:
    language = accounts.enterprise(row.enterprise_id).language
    text = say("mail_undelivered", language=language, recipient=row.recipient, reason=row.last_error or "-")
    ticket = locked(actor, [row.ticket_id])[0]
    note = Draft("note", {"kind": "note"}, {"text": text})
    record_commands(actor, [Command(ticket, "note", [note], is_edit=False)], at=at)
