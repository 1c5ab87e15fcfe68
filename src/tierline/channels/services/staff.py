"""An engineer answers by mail: the public word is said through the desk's own service, once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tierline.accounts import queries as accounts
from tierline.channels import operations, queries
from tierline.channels.deciding import decide
from tierline.channels.models import RawMessage
from tierline.channels.models.raw import PARKED, PENDING, REPLY
from tierline.channels.services import reading
from tierline.channels.services.reading import Letter
from tierline.channels.services.threading import look_up
from tierline.desk import queries as desk_queries
from tierline.desk import services as desk
from tierline.domain.errors import DomainError
from tierline.plumbing import once, tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

_TRIES = 5


def say(actor: Actor, letter: Letter, *, enterprise_id: int, channel: str, at: datetime) -> None:
    """Does nothing for a delivery that somebody else has dealt with or has in hand.

    The desk remembers the answer under the message's key, so a message that is taken up again after a
    crash is not said again.
    """
    ticket_id, person_id = _to_say(actor, letter, enterprise_id, at)
    if ticket_id is None or person_id is None:
        return
    author = accounts.actor(actor.provider_id, person_id, at=at, channel=channel)
    if author is None:
        return
    try:
        seq = _said(author, letter, ticket_id, enterprise_id, at)
    except DomainError as refused:
        settle_staff(actor=actor, letter=letter, ticket_id=ticket_id, outcome=PARKED, reason=refused.code, at=at)
    else:
        settle_staff(actor=actor, letter=letter, ticket_id=ticket_id, outcome=REPLY, reason="staff", seq=seq, at=at)


def _to_say(actor: Actor, letter: Letter, enterprise_id: int, at: datetime) -> tuple[int | None, int | None]:
    with tenancy.reading(actor):
        pending = RawMessage.objects.filter(id=letter.delivery_id, outcome=PENDING).exists()
        if not pending or letter.message is None:
            return None, None
        known = look_up(actor, enterprise_id, [letter], at=at)
        sender = known.senders[letter.sender]
        decision = decide(letter.message, sender, known.threads.get(letter.delivery_id, ()))
        return (decision.ticket_id, sender.staff_id) if decision.became == "staff_reply" else (None, None)


def _said(author: Actor, letter: Letter, ticket_id: int, enterprise_id: int, at: datetime) -> int:
    """The event's number. Another writer in between makes the version stale: look again, a few times."""
    assert author.person_id is not None and letter.message is not None
    # A file belongs to who brought it: kept again in the engineer's name.
    reading.keep_files([letter], actor=author, enterprise_id=enterprise_id, at=at)
    text = reading.text_of(letter, is_first=False, language=author.language)
    for attempt in range(_TRIES):
        with tenancy.reading(author):
            ticket = desk_queries.ticket(author, ticket_id)

        def render(made: Any, seq: int = ticket.last_seq + 1) -> tuple[int, bytes]:
            return 200, json.dumps({"seq": seq}).encode()

        request = once.Request(
            person_id=author.person_id,
            key=f"mail:{letter.key}",
            fingerprint=once.fingerprint(letter.key.encode(), str(ticket_id).encode()),
            at=at,
            render=render,
        )
        try:
            with once.keyed(request):
                seen = {ticket.id: ticket.version}
                desk.reply_to_tickets(actor=author, seen=seen, text=text, attachments=tuple(letter.files), at=at)
        except once.Replay as before:
            return int(json.loads(before.body)["seq"])
        except DomainError as refused:
            if refused.code != "stale_version" or attempt + 1 == _TRIES:
                raise
        else:
            return ticket.last_seq + 1
    raise AssertionError("unreachable")


@service
def settle_staff(
    *,
    actor: Actor,
    letter: Letter,
    ticket_id: int,
    outcome: str,
    reason: str,
    at: datetime,
    seq: int | None = None,
) -> None:
    assert letter.message is not None
    row = RawMessage.objects.select_for_update().filter(id=letter.delivery_id, outcome=PENDING).first()
    if row is None:
        return
    row.outcome, row.reason, row.ticket_id, row.event_seq = outcome, reason, ticket_id, seq
    row.message_key = letter.key if outcome == REPLY else ""
    row.message_id = queries.reference(letter.message.message_id)
    row.sender = letter.sender
    row.save(update_fields="outcome reason ticket_id event_seq message_key message_id sender".split())
    if outcome == REPLY:
        word = operations.Word(row.message_id, ticket_id)
        operations.remember_thread(actor, row.enterprise_id, [word], at=at)
