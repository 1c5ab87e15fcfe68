"""A message comes in: stored raw and durable first, then read, then dealt with. A crash in between loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, connection

from tierline.accounts import queries as accounts
from tierline.channels import queries
from tierline.channels.addressing import addressed_to, plain
from tierline.channels.base import Raw
from tierline.channels.models import RawMessage
from tierline.channels.models.raw import PENDING
from tierline.channels.queries import Place
from tierline.channels.services import reading, settling, staff
from tierline.channels.services.reading import Letter
from tierline.domain.errors import DomainError
from tierline.plumbing import jobs, store, tenancy, timers
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.constraints import Taken
from tierline.plumbing.service import service

log = structlog.get_logger(__name__)

MAX_BYTES = 64 * 1024 * 1024
WAVE = 100
TIMER = "channels.pending"
# After so long a delivery that is still pending was left behind by a process that died.
GRACE = timedelta(minutes=2)
_CHUNK = 1024 * 1024
_WRITERS = 8
_TRIES = 3


class MailboxUnknown(DomainError):
    """No address of the message is one of ours, and nothing else says whose it is."""

    code = "mailbox_unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery. ``outcome``: ticket, reply or parked; pending: stored, and tried again by
    the worker; refused: not taken, the sender still has it. ``number`` is the ticket's, where there is one."""

    source: str
    outcome: str
    reason: str = ""
    number: str = ""
    ticket_id: int | None = None
    enterprise_id: int | None = None
    delivery_id: int | None = None


def receive(
    *, raws: Sequence[Raw], at: datetime, channel: str = "email", enterprise_id: int | None = None
) -> list[Receipt]:
    """One receipt per delivery, in order; a bad one stops no other. Whose it is: the envelope's recipient, else the
    message's own fields, else ``enterprise_id``, else the installation's only provider."""
    receipts: dict[int, Receipt] = {}
    parts = [dict(enumerate(raws[start : start + WAVE], start=start)) for start in range(0, len(raws), WAVE)]
    for part, stored in _stored_ahead(parts, channel, enterprise_id, at):
        receipts |= stored.refused
        for actor, numbers in stored.taken:
            scope = actor.enterprises[0]
            _settle(actor, scope, channel, {i: part[n] for i, n in numbers.items()}, at)
            told = _receipts(actor, scope, {i: part[n].source for i, n in numbers.items()})
            receipts |= {n: told[i] for i, n in numbers.items()}
    return [receipts[n] for n in range(len(raws))]


def settle_again(provider_id: int, enterprise_id: int, delivery_id: int) -> None:
    """Take up a delivery that a dead process left behind. Does nothing when it has been dealt with."""
    actor = system(provider_id, (enterprise_id,))
    with tenancy.reading(actor):
        row = RawMessage.objects.filter(id=delivery_id, outcome=PENDING).first()
    if row is None:
        return
    raw = _raw(row)
    released = row.released_by is not None
    _settle(actor, enterprise_id, row.channel, {row.id: raw}, row.received_at, is_alone=True, is_released=released)


def defer_pending(actor: Actor, enterprise_id: int, *, before: datetime) -> None:
    """A job for each delivery that has waited since ``before``, in the current transaction."""
    facts = {"provider_id": actor.provider_id, "enterprise_id": enterprise_id}
    ids = queries.pending(enterprise_id, before=before)
    jobs.defer_many((settle_again, {**facts, "delivery_id": one}) for one in ids)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A part of the messages, stored raw. ``taken``: delivery -> number of the message, for each scope."""

    refused: dict[int, Receipt]
    taken: list[tuple[Actor, dict[int, int]]]


def _stored_ahead(
    parts: Sequence[Mapping[int, Raw]], channel: str, enterprise_id: int | None, at: datetime
) -> Iterator[tuple[Mapping[int, Raw], _Stored]]:
    """While a part is dealt with the next one is being stored: one waits for the disk, the other for the database."""
    if len(parts) <= 1:
        yield from ((part, _store(part, channel, enterprise_id, at)) for part in parts)
        return
    with ThreadPoolExecutor(1) as ahead:
        try:
            coming = ahead.submit(_store, parts[0], channel, enterprise_id, at)
            for n, part in enumerate(parts):
                stored = coming.result()
                if n + 1 < len(parts):
                    coming = ahead.submit(_store, parts[n + 1], channel, enterprise_id, at)
                yield part, stored
        finally:
            ahead.submit(connection.close)


def _store(raws: Mapping[int, Raw], channel: str, enterprise_id: int | None, at: datetime) -> _Stored:
    refused: dict[int, Receipt] = {}
    stored: dict[int, store.Stored] = {}
    places = _places(raws, enterprise_id)
    # Files that are forced to disk at the same time share the disk's waits.
    with ThreadPoolExecutor(_WRITERS) as pool:
        for n, kept in zip(raws, pool.map(lambda n: _stored(raws[n], places.get(n)), raws), strict=True):
            if isinstance(kept, DomainError):
                refused[n] = Receipt(raws[n].source, "refused", kept.code)
            else:
                stored[n] = kept
    taken = []
    for scope in dict.fromkeys((places[n].provider_id, places[n].enterprise_id) for n in stored):
        numbers = [n for n in stored if (places[n].provider_id, places[n].enterprise_id) == scope]
        actor = system(scope[0], (scope[1],), channel=channel)
        items = [(raws[n], stored[n], places[n]) for n in numbers]
        ids = keep_raw(actor=actor, enterprise_id=scope[1], channel=channel, items=items, at=at)
        taken.append((actor, dict(zip(ids, numbers, strict=True))))
    return _Stored(refused, taken)


def _stored(raw: Raw, place: Place | None) -> store.Stored | DomainError:
    if place is None:
        return MailboxUnknown(addresses=addressed_to(raw.body)[:5])
    try:
        return store.put(_chunks(raw.body), limit=MAX_BYTES)
    except DomainError as refused:
        return refused


def _places(raws: Mapping[int, Raw], enterprise_id: int | None) -> dict[int, Place]:
    wanted = {n: [plain(a) for a in raw.envelope_to] or addressed_to(raw.body) for n, raw in raws.items()}
    known = queries.places({a for addresses in wanted.values() for a in addresses})
    otherwise = _otherwise(enterprise_id)
    found = {}
    for n, addresses in wanted.items():
        ours = (known[a] for a in addresses if a in known)
        named = next((p for p in ours if enterprise_id in (None, p.enterprise_id)), None)
        # A named recipient that is nobody's is refused, not guessed; a message without one may go to the default.
        fallback = otherwise if enterprise_id is not None or not raws[n].envelope_to else None
        if place := named or fallback:
            found[n] = place
    return found


def _otherwise(enterprise_id: int | None) -> Place | None:
    """Where mail goes that names no mailbox of ours: the named enterprise, or the only provider's first one."""
    every = [row for row in accounts.every_enterprise() if enterprise_id in (None, row[1])]
    if not every or len({row[0] for row in every}) > 1:
        return None
    return Place("", every[0][0], every[0][1], None)


@service
def keep_raw(
    *,
    actor: Actor,
    enterprise_id: int,
    channel: str,
    items: Sequence[tuple[Raw, store.Stored, Place]],
    at: datetime,
) -> list[int]:
    """The deliveries as rows, with a timer that takes them up should this process die. Their ids, in order."""
    fallback = queries.mailbox_of(enterprise_id)
    rows = RawMessage.objects.bulk_create(
        RawMessage(
            provider_id=actor.provider_id,
            enterprise_id=enterprise_id,
            channel=channel,
            mailbox_id=place.mailbox_id or (fallback.id if fallback else None),
            sha256=stored.sha256,
            size=stored.size,
            source=_source(raw),
            envelope={"from": raw.envelope_from, "to": list(raw.envelope_to), "headers": dict(raw.headers)},
            received_at=at,
        )
        for raw, stored, place in items
    )
    wake = timers.Wanted(enterprise_id, rows[0].id, "pending", at + GRACE)
    timers.set_timers([rows[0].id], {TIMER: [wake]})
    return [row.id for row in rows]


def _settle(
    actor: Actor,
    enterprise_id: int,
    channel: str,
    raws: Mapping[int, Raw],
    at: datetime,
    *,
    is_alone: bool = False,
    is_released: bool = False,
) -> None:
    letters = []
    for delivery_id, raw in raws.items():
        try:
            letters.append(reading.read(channel, delivery_id, raw, is_released=is_released))
        except Exception:  # the intake's loop: one message stops no other, and stays pending
            log.exception("message_not_read", delivery=delivery_id)
            if is_alone:
                raise
    letters = _with_files(actor, enterprise_id, channel, letters, at, is_alone=is_alone)
    for wave in reading.waves(letters, limit=WAVE):
        _settle_wave(actor, enterprise_id, channel, wave, at, is_alone=is_alone)


def _with_files(
    actor: Actor, enterprise_id: int, channel: str, letters: Sequence[Letter], at: datetime, *, is_alone: bool
) -> list[Letter]:
    """The letters whose files are kept; a set that fails is tried one by one, and one that fails stays pending."""
    bearing = [letter for letter in letters if letter.has_files]
    if not bearing:
        return list(letters)
    try:
        with tenancy.reading(actor):
            known = queries.known_keys(enterprise_id, channel, [letter.key for letter in bearing])
        new = [letter for letter in bearing if letter.key not in known]
        reading.keep_files(new, actor=actor, enterprise_id=enterprise_id, at=at)
    except Exception:  # the intake's loop: one message stops no other
        if len(letters) > 1:
            return [
                kept
                for letter in letters
                for kept in _with_files(actor, enterprise_id, channel, [letter], at, is_alone=is_alone)
            ]
        log.exception("files_not_kept", delivery=letters[0].delivery_id)
        if is_alone:
            raise
        return []
    return list(letters)


def _settle_wave(
    actor: Actor, enterprise_id: int, channel: str, wave: Sequence[Letter], at: datetime, *, is_alone: bool
) -> None:
    """A wave that fails is tried again one by one; one that fails alone stays pending for the worker.

    What the desk refuses as a whole is parked; losing a race is no refusal.
    """
    try:
        _try_wave(actor, enterprise_id, channel, wave, at)
    except Exception as wrong:  # the intake's loop: one message stops no other
        if len(wave) > 1:
            for letter in wave:
                _settle_wave(actor, enterprise_id, channel, [letter], at, is_alone=is_alone)
            return
        log.exception("message_not_settled", delivery=wave[0].delivery_id)
        if isinstance(wrong, DomainError) and not isinstance(wrong, Taken):
            settling.park(actor=actor, delivery_id=wave[0].delivery_id, refused=wrong)
        elif is_alone:
            raise


def _try_wave(actor: Actor, enterprise_id: int, channel: str, wave: Sequence[Letter], at: datetime) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            done = settling.settle_wave(actor=actor, enterprise_id=enterprise_id, channel=channel, letters=wave, at=at)
            break
        except (Taken, OperationalError):
            # Another intake made the same requester at the same moment, or the two waited for each other.
            if attempt == _TRIES:
                raise
    for letter in wave:
        if letter.delivery_id not in done:
            staff.say(actor, letter, enterprise_id=enterprise_id, channel=channel, at=at)


def _receipts(actor: Actor, enterprise_id: int, sources: Mapping[int, str]) -> dict[int, Receipt]:
    with tenancy.reading(actor):
        rows = list(RawMessage.objects.filter(id__in=sources))
        numbers = settling.numbers(actor, [row.ticket_id for row in rows if row.ticket_id is not None])
    return {
        row.id: Receipt(
            sources[row.id],
            row.outcome,
            row.reason,
            numbers.get(row.ticket_id or 0, ""),
            row.ticket_id,
            enterprise_id,
            row.id,
        )
        for row in rows
    }


def _raw(row: RawMessage) -> Raw:
    return Raw(
        store.path(row.sha256).read_bytes(),
        row.source,
        row.envelope.get("headers", {}),
        row.envelope.get("from"),
        tuple(row.envelope.get("to", ())),
    )


def _source(raw: Raw) -> str:
    """A file's name may hold bytes that are no text."""
    return raw.source.encode("utf-8", "replace").decode().replace("\0", "")[-500:]


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        yield body[start : start + _CHUNK]
