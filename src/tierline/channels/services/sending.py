"""A public word goes out: queued with the word, made inside a transaction, handed over outside of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from tierline.accounts import queries as accounts
from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.channels import operations, policies, queries, registry, tokens, transports
from tierline.channels.base import Attachment, Outbound, Parcel, Party
from tierline.channels.models import Mailbox
from tierline.channels.models import Outbound as OutboundRow
from tierline.channels.models.outbound import BOUNCED, FAILED, QUEUED, SENT
from tierline.channels.services import relaying
from tierline.channels.wording import say
from tierline.desk import queries as desk
from tierline.desk.operations import locked
from tierline.desk.queries import originals
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.events import Event
from tierline.plumbing import clock, jobs, store, tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# As many tries as the job queue makes; the last one gives up with a word on the ticket.
TRIES = 12
# Whoever claimed a message that long ago and did not finish is dead.
CLAIM = timedelta(minutes=5)
_FILES_BYTES = 15 * 1024 * 1024


class Settled(DomainError):
    """It is not one that waits for a person's decision. ``outcome``."""

    code = "delivery_settled"


class InHand(transports.NotDelivered):
    """Another worker is handing it over at this moment."""


@service
def queue_words(*, actor: Actor, ticket_id: int, seq: int, at: datetime) -> int | None:
    """The public word ``seq`` of the ticket is to be sent to its requester. Once, however often this is asked."""
    ticket = desk.ticket(actor, ticket_id)
    recipient = accounts.people([ticket.requester_id]).get(ticket.requester_id or 0)
    if recipient is None or not recipient.email:
        return None
    channel = registry.way_back(ticket.channel)
    box = queries.mailbox_of(ticket.enterprise_id, ticket.id)
    OutboundRow.objects.bulk_create(
        [
            OutboundRow(
                provider_id=actor.provider_id,
                enterprise_id=ticket.enterprise_id,
                ticket_id=ticket.id,
                event_seq=seq,
                channel=channel,
                mailbox_id=box.id if box else None,
                recipient=recipient.email,
                created_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    row = OutboundRow.objects.get(ticket_id=ticket.id, event_seq=seq, channel=channel, recipient=recipient.email)
    if row.state != QUEUED or row.attempts:
        return row.id
    jobs.defer(send, provider_id=actor.provider_id, enterprise_id=ticket.enterprise_id, outbound_id=row.id)
    return row.id


def send(provider_id: int, enterprise_id: int, outbound_id: int) -> None:
    """The job. Raises NotDelivered so that the queue tries again later; a redone job sends nothing twice,

    except when a worker dies between the hand-over and writing it down: then the same Message-ID goes out
    again, and the receiving side knows it."""
    actor = system(provider_id, (enterprise_id,))
    parcel = take(actor=actor, outbound_id=outbound_id, at=clock.now())
    if parcel is None:
        return
    try:
        relaying.hand_over(actor, way_of(actor, outbound_id), parcel)
    except transports.Undeliverable as refused:
        give_up(actor=actor, outbound_id=outbound_id, why=refused.facts["reason"], at=clock.now())
    except transports.NotDelivered as failed:
        put_back(actor=actor, outbound_id=outbound_id, why=failed.facts["reason"], at=clock.now())
        raise
    else:
        finish(actor=actor, outbound_id=outbound_id, at=clock.now())


def way_of(actor: Actor, outbound_id: int) -> Mailbox | None:
    """The mailbox whose relay carries it; None for the installation's own way out."""
    with tenancy.reading(actor):
        row = OutboundRow.objects.get(id=outbound_id)
        return Mailbox.objects.filter(id=row.mailbox_id).first() if row.mailbox_id else None


def hand_over(parcel: Parcel) -> None:
    """Send what ``operations.letter`` made, outside of any transaction. Raises Undeliverable, NotDelivered."""
    transports.of(settings.MAIL).deliver(parcel)


@service
def take(*, actor: Actor, outbound_id: int, at: datetime) -> Parcel | None:
    """Claim the message and make its bytes; None when it needs no sending now. Raises InHand.

    While its mailbox rests it waits: resuming the mailbox sends it.
    """
    row = _locked(outbound_id)
    if row is None or row.state != QUEUED or _rests(row):
        return None
    if row.claimed_at is not None and row.claimed_at > at - CLAIM:
        raise InHand(outbound=outbound_id)
    ticket = desk.ticket(actor, row.ticket_id)
    event = next(e for e in desk.events(actor, ticket) if e.seq == row.event_seq)
    held = transports.Held()
    try:
        registry.channel(row.channel).send(_outbound(actor, row, ticket, event), transport=held)
    except Invalid as refused:
        operations.given_up(actor, row, why=str(refused), at=at)
        return None
    assert held.parcel is not None
    row.message_id = queries.message_id_of(held.parcel.body)
    row.claimed_at, row.attempts = at, row.attempts + 1
    row.save(update_fields=["message_id", "claimed_at", "attempts"])
    word = operations.Word(row.message_id, row.ticket_id, is_ours=True)
    operations.remember_thread(actor, row.enterprise_id, [word], at=at)
    return held.parcel


@service
def finish(*, actor: Actor, outbound_id: int, at: datetime) -> None:
    row = _locked(outbound_id)
    if row is not None and row.state == QUEUED:
        row.state, row.sent_at, row.claimed_at, row.last_error = SENT, at, None, ""
        row.save(update_fields=["state", "sent_at", "claimed_at", "last_error"])


@service
def put_back(*, actor: Actor, outbound_id: int, why: str, at: datetime) -> None:
    row = _locked(outbound_id)
    if row is None or row.state != QUEUED:
        return
    if row.attempts >= TRIES:
        operations.given_up(actor, row, why=why, at=at)
        return
    row.claimed_at, row.last_error = None, why[:500]
    row.save(update_fields=["claimed_at", "last_error"])


@service
def give_up(*, actor: Actor, outbound_id: int, why: str, at: datetime) -> None:
    row = _locked(outbound_id)
    if row is not None and row.state == QUEUED:
        operations.given_up(actor, row, why=why, at=at)


@service
def send_again(*, actor: Actor, outbound_id: int, at: datetime) -> None:
    """A message that was given up is tried anew, by a person's will. Raises NotFound, NotAllowed; Settled otherwise."""
    row = _locked(outbound_id)
    if row is None:
        raise NotFound(what="delivery", value=outbound_id)
    policies.require(actor, "delivery.repeat", row.enterprise_id)
    if row.state not in (FAILED, BOUNCED):
        raise Settled(delivery=outbound_id, outcome=row.state)
    row.state, row.attempts, row.last_error, row.claimed_at = QUEUED, 0, "", None
    row.save(update_fields=["state", "attempts", "last_error", "claimed_at"])
    locked(actor, [row.ticket_id])
    act = Act(f"ticket:{row.ticket_id}", "delivery.sent_again", row.enterprise_id, {"recipient": row.recipient})
    audit(actor, [act], at=at)
    jobs.defer(send, provider_id=row.provider_id, enterprise_id=row.enterprise_id, outbound_id=row.id)


def _rests(row: OutboundRow) -> bool:
    return row.mailbox_id is not None and Mailbox.objects.filter(id=row.mailbox_id, is_paused=True).exists()


def _locked(outbound_id: int) -> OutboundRow | None:
    found: OutboundRow | None = OutboundRow.objects.select_for_update().filter(id=outbound_id).first()
    return found


def _outbound(actor: Actor, row: OutboundRow, ticket: Any, event: Event) -> Outbound:
    reader = accounts.person(ticket.requester_id)
    files, left_out = _files(actor, ticket, event.seq)
    thread = queries.thread_ids(ticket.id, before=row.message_id)
    written = originals.subjects([ticket.id]).get(ticket.id) or ticket.subject
    text = [event.words.get("text", "")]
    if left_out:
        text.append(say("mail_files_on_ticket", language=reader.language, names=", ".join(left_out)[:500]))
    text.append(say("mail_footer", language=reader.language, number=ticket.number))
    return Outbound(
        key=f"{ticket.number}-{event.seq}-{row.id}",
        sender=operations.sender(row.enterprise_id, row.mailbox_id),
        to=(Party(reader.name if reader.name != reader.email else "", row.recipient),),
        subject=_subject(ticket, written, is_answer=bool(thread)),
        text="\n\n".join(text),
        sent_at=event.occurred_at,
        in_reply_to=thread[-1] if thread else "",
        references=tuple(thread),
        reply_token=tokens.token_of(ticket.id, provider_id=row.provider_id, enterprise_id=row.enterprise_id),
        automatic=bool(event.payload.get("automatic")),
        attachments=files,
    )


def _subject(ticket: Any, written: str, *, is_answer: bool) -> str:
    """The requester's own words as they were written: lists show them redacted, the mail goes back to their writer."""
    subject = re.sub(r"^(?:\s*(?:re|aw|回复|答复)\s*[:：])+\s*", "", written, flags=re.IGNORECASE)
    return f"{'Re: ' if is_answer else ''}{subject} [{ticket.number}]"


def _files(actor: Actor, ticket: Any, seq: int) -> tuple[tuple[Attachment, ...], list[str]]:
    """The files of that word, as far as mail carries them, and the names of the others."""
    carried, left_out, size = [], [], 0
    for file in desk.attachments(actor, ticket):
        if file.event_seq != seq:
            continue
        if size + file.size > _FILES_BYTES:
            left_out.append(file.name)
            continue
        size += file.size
        content = store.path(file.sha256).read_bytes()
        carried.append(Attachment(file.name, file.type, file.type, content))
    return tuple(carried), left_out
