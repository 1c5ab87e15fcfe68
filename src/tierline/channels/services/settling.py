"""What becomes of messages that are stored: one transaction for a wave of them, all or nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tierline.accounts import operations as people
from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.channels import operations, queries
from tierline.channels.addressing import plain
from tierline.channels.deciding import Decision, Sender, decide
from tierline.channels.models import Mailbox, RawMessage
from tierline.channels.models.raw import DUPLICATE, PARKED, PENDING, REPLY, TICKET
from tierline.channels.services import reading
from tierline.channels.services.reading import Letter
from tierline.channels.services.threading import Known, look_up
from tierline.desk import operations as desk
from tierline.desk import queries as desk_queries
from tierline.domain.errors import DomainError
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

if TYPE_CHECKING:
    from tierline.desk.models import Ticket

_COPIED = 50


@dataclass(slots=True)
class _Case:
    """A message on its way through one wave, with what was decided and what came of it."""

    row: RawMessage
    letter: Letter
    decision: Decision
    ticket: Any = None
    reason: str = ""
    seq: int | None = None
    is_refused: bool = False


@service
def settle_wave(
    *, actor: Actor, enterprise_id: int, channel: str, letters: Sequence[Letter], at: datetime
) -> list[int]:
    """Decide and carry out. ``at`` is the instant of receipt. The deliveries dealt with.

    Left for their own transaction, and therefore still pending: words of staff, which are said through the
    desk's own service. A delivery that another process has in hand is left to that one.
    """
    rows = RawMessage.objects.filter(id__in=[letter.delivery_id for letter in letters], outcome=PENDING)
    mine = {row.id: row for row in rows.select_for_update(skip_locked=True)}
    own = [letter for letter in letters if letter.delivery_id in mine]
    operations.lock_messages(enterprise_id, channel, (letter.key for letter in own if letter.key))
    cases = _decided(actor, enterprise_id, channel, own, mine, at)
    settled = [case for case in cases if case.decision.became != "staff_reply"]
    _open(actor, enterprise_id, channel, [c for c in settled if c.decision.became == TICKET], at)
    _reply(actor, enterprise_id, channel, [c for c in settled if c.decision.became == REPLY], at)
    _bounces(actor, enterprise_id, settled, at)
    _record(actor, enterprise_id, settled, at)
    return [case.row.id for case in settled]


@service
def park(*, actor: Actor, delivery_id: int, refused: DomainError) -> None:
    """Set a delivery aside that the desk refused as a whole. Its key stays free, so that it can come again."""
    facts = {"refused": {name: str(value) for name, value in refused.facts.items()}}
    waiting = RawMessage.objects.filter(id=delivery_id, outcome=PENDING)
    waiting.update(outcome=PARKED, reason=refused.code, facts=facts)


def _decided(
    actor: Actor,
    enterprise_id: int,
    channel: str,
    letters: Sequence[Letter],
    rows: Mapping[int, RawMessage],
    at: datetime,
) -> list[_Case]:
    first = queries.known_keys(enterprise_id, channel, (letter.key for letter in letters if letter.key))
    known = look_up(actor, enterprise_id, letters, at=at)
    seen: dict[str, int] = {}
    cases = []
    for letter in letters:
        if letter.message is None:
            decision = Decision("parked", letter.reason)
        elif letter.key in first:
            decision = Decision("parked", DUPLICATE, ticket_id=first[letter.key].ticket_id)
        else:
            decision = _decide(letter, known, seen)
        cases.append(_Case(rows[letter.delivery_id], letter, decision, reason=decision.reason))
    return cases


def _decide(letter: Letter, known: Known, seen: dict[str, int]) -> Decision:
    assert letter.message is not None
    sender = known.senders.get(letter.sender, Sender(letter.sender))
    already = sender.recent + seen.get(letter.sender, 0)
    sender = Sender(sender.address, sender.is_ours, already, sender.customer_id, sender.staff_id)
    decision = decide(letter.message, sender, known.threads.get(letter.delivery_id, ()), is_released=letter.is_released)
    if decision.became != "parked":
        seen[letter.sender] = seen.get(letter.sender, 0) + 1
    return decision


def _open(actor: Actor, enterprise_id: int, channel: str, cases: Sequence[_Case], at: datetime) -> None:
    if not cases:
        return
    services = _services(enterprise_id, cases)
    otherwise = accounts.enterprise(enterprise_id).language
    items = []
    for case in cases:
        message = case.letter.message
        assert message is not None
        language = reading.language(message, otherwise=otherwise)
        items.append(
            desk.NewTicket(
                enterprise_id=enterprise_id,
                text=reading.text_of(case.letter, is_first=True, language=language),
                subject=reading.subject_of(message),
                requester_email=case.letter.sender,
                requester_name=reading.name_of(message),
                requester_language=language,
                service=services.get(case.row.mailbox_id, ""),
                channel=channel,
                attachments=tuple(case.letter.files),
                message_key=case.letter.key,
            )
        )
    for case, made in zip(cases, desk.open_tickets(actor=actor, items=items, at=at), strict=True):
        if isinstance(made, DomainError):
            _refuse(case, made)
        else:
            case.ticket, case.seq = made, 1


def _services(enterprise_id: int, cases: Sequence[_Case]) -> dict[int | None, str]:
    """The service that each mailbox routes to; one that has left the catalogue routes nowhere."""
    boxes = {case.row.mailbox_id for case in cases} - {None}
    codes = dict(Mailbox.objects.filter(id__in=boxes).exclude(service="").values_list("id", "service"))
    live = agreements.services_by_code(enterprise_id, codes.values()) if codes else {}
    return {box: code for box, code in codes.items() if code in live}


def _reply(actor: Actor, enterprise_id: int, channel: str, cases: Sequence[_Case], at: datetime) -> None:
    """Tickets are locked in one order by everybody; each word is refused or recorded by itself."""
    wanted = sorted({case.decision.ticket_id for case in cases if case.decision.ticket_id is not None})
    tickets = {t.id: t for t in desk.locked(actor, wanted)} if wanted else {}
    otherwise = accounts.enterprise(enterprise_id).language if cases else ""
    together = _together(cases, tickets)
    if len(together) > 1:
        try:
            with transaction.atomic():
                _say_together(actor, enterprise_id, channel, together, tickets, otherwise, at)
        except DomainError:
            # One by one below, so that each is refused for itself; what was counted in memory is read again.
            tickets = {t.id: t for t in desk.locked(actor, wanted)}
            for case in together:
                case.ticket = None
    for case in cases:
        if case.ticket is not None:
            continue
        assert case.decision.ticket_id is not None
        try:
            with transaction.atomic():
                _say(actor, enterprise_id, channel, case, tickets[case.decision.ticket_id], otherwise, at)
        except DomainError as refused:
            _refuse(case, refused)
            tickets |= {t.id: t for t in desk.locked(actor, [case.decision.ticket_id])}


def _together(cases: Sequence[_Case], tickets: Mapping[int, Ticket]) -> list[_Case]:
    """Words on tickets where nothing follows from them, one for each ticket."""
    of = Counter(case.decision.ticket_id for case in cases)
    return [
        case
        for case in cases
        if case.decision.ticket_id is not None
        and of[case.decision.ticket_id] == 1
        and desk.only_hears(tickets[case.decision.ticket_id])
    ]


def _say_together(
    actor: Actor,
    enterprise_id: int,
    channel: str,
    cases: Sequence[_Case],
    tickets: Mapping[int, Ticket],
    otherwise: str,
    at: datetime,
) -> None:
    wanted: dict[str, people.NewRequester] = {}
    texts = []
    for case in cases:
        message = case.letter.message
        assert message is not None
        language = reading.language(message, otherwise=otherwise)
        wanted[case.letter.sender] = people.NewRequester(
            case.letter.sender, reading.name_of(message), language=language
        )
        texts.append(reading.text_of(case.letter, is_first=False, language=language))
    authors = people.requesters(actor=actor, enterprise_id=enterprise_id, wanted=list(wanted.values()), at=at)
    words = [
        desk.Heard(
            ticket=tickets[case.decision.ticket_id or 0],
            author_id=authors[case.letter.sender].id,
            text=text,
            attachments=tuple(case.letter.files),
            message_key=case.letter.key,
        )
        for case, text in zip(cases, texts, strict=True)
    ]
    seqs = [word.ticket.last_seq + 1 for word in words]
    desk.hear_messages(actor=actor, words=words, channel=channel, at=at)
    for case, word, seq in zip(cases, words, seqs, strict=True):
        case.ticket, case.reason, case.seq = word.ticket, "message", seq


def _say(
    actor: Actor, enterprise_id: int, channel: str, case: _Case, ticket: Ticket, otherwise: str, at: datetime
) -> None:
    message = case.letter.message
    assert message is not None
    language = reading.language(message, otherwise=otherwise)
    wanted = people.NewRequester(case.letter.sender, reading.name_of(message), language=language)
    author = people.requesters(actor=actor, enterprise_id=enterprise_id, wanted=[wanted], at=at)[case.letter.sender]
    seq = ticket.last_seq + 1
    received = desk.receive_message(
        actor=actor,
        ticket=ticket,
        author_id=author.id,
        author_email=author.email,
        text=reading.text_of(case.letter, is_first=False, language=language),
        channel=channel,
        attachments=tuple(case.letter.files),
        message_key=case.letter.key,
        at=at,
    )
    case.ticket, case.reason = received.ticket, received.became
    case.seq = 1 if received.became == "follow_up" else seq


def _refuse(case: _Case, refused: DomainError) -> None:
    facts = {**case.decision.facts, "refused": {name: str(value) for name, value in refused.facts.items()}}
    case.decision = Decision("parked", refused.code, facts=facts)
    case.reason, case.is_refused = refused.code, True


def _bounces(actor: Actor, enterprise_id: int, cases: Sequence[_Case], at: datetime) -> None:
    for case in cases:
        message = case.letter.message
        if message is None or message.automated is None or not message.automated.bounce or case.reason == DUPLICATE:
            continue
        report = message.facts.get("report", {})
        ids = [report.get("about", ""), *message.in_reply_to, *message.references]
        why = report.get("diagnostic") or report.get("status") or message.automated.reason
        tickets = operations.bounced(actor, enterprise_id, ids, why=why, at=at)
        case.decision = Decision("parked", case.reason, facts={**case.decision.facts, "bounced_tickets": tickets})


def _record(actor: Actor, enterprise_id: int, cases: Sequence[_Case], at: datetime) -> None:
    for case in cases:
        row, letter = case.row, case.letter
        row.outcome = _outcome(case)
        row.reason = case.reason
        # A refusal may be mended (an agreement, a service): the next copy is not held to be a duplicate.
        row.message_key = "" if case.is_refused else letter.key
        row.message_id = queries.reference(letter.message.message_id) if letter.message else ""
        row.sender = letter.sender
        row.is_quiet = case.decision.is_quiet
        row.ticket_id = case.ticket.id if case.ticket else case.decision.ticket_id
        row.event_seq = case.seq
        row.facts = {**letter.facts, **case.decision.facts}
    _write([case.row for case in cases])
    heard = [case for case in cases if case.ticket is not None]
    words = [operations.Word(case.row.message_id, case.ticket.id) for case in heard]
    operations.remember_thread(actor, enterprise_id, words, at=at)
    copied = [(case.ticket.id, address) for case in heard for address in _copied(case)]
    if copied:
        ours = queries.own_addresses(plain(address) for _, address in copied)
        strangers = [(ticket, address) for ticket, address in copied if plain(address) not in ours]
        operations.remember_participants(actor, enterprise_id, strangers, at=at)


# bulk_update builds an expression per row and column, which took a third of the whole intake.
_UPDATE = """
UPDATE channels_rawmessage r SET outcome = n.outcome, reason = n.reason, message_key = n.message_key,
    message_id = n.message_id, sender = n.sender, is_quiet = n.is_quiet, ticket_id = n.ticket_id,
    event_seq = n.event_seq, facts = n.facts
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::bigint[],
    %s::bigint[], %s::jsonb[])
    AS n(id, outcome, reason, message_key, message_id, sender, is_quiet, ticket_id, event_seq, facts)
WHERE r.id = n.id
"""
_COLUMNS = "id outcome reason message_key message_id sender is_quiet ticket_id event_seq".split()


def _write(rows: Sequence[RawMessage]) -> None:
    columns: list[list[Any]] = [[getattr(row, name) for row in rows] for name in _COLUMNS]
    columns.append([json.dumps(row.facts, ensure_ascii=False) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, columns)


def _outcome(case: _Case) -> str:
    if case.ticket is None:
        return PARKED
    return TICKET if case.decision.became == TICKET or case.reason == "follow_up" else REPLY


def _copied(case: _Case) -> list[str]:
    """Whom a participant wrote to as well: from now on they belong to the thread."""
    message = case.letter.message
    assert message is not None
    addresses = (party.address.strip().lower() for party in (*message.to, *message.cc))
    usable = (a for a in addresses if 3 <= len(a) <= 320 and a.count("@") == 1 and a.isprintable() and " " not in a)
    return list(dict.fromkeys(a for a in usable if a != case.letter.sender))[:_COPIED]


def numbers(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    return {ticket.id: ticket.number for ticket in desk_queries.tickets(actor, ids).values()}
