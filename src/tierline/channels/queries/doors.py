"""What the administration of the doors shows: mailboxes and their health, what came and went, one message raw."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from tierline.channels import policies, sealing, setup
from tierline.channels.models import Mailbox, Outbound, RawMessage
from tierline.channels.models.outbound import BOUNCED, FAILED, QUEUED, SENT
from tierline.channels.models.raw import PARKED, PENDING, REPLY, TICKET
from tierline.channels.setup import Setup
from tierline.desk import queries as desk
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.redaction import redacted
from tierline.plumbing import store
from tierline.plumbing.actor import Actor

PAGE_LIMIT = 200
IN, OUT = "in", "out"
_SHOWN_BYTES = 64 * 1024
_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})")
# What proves something to us or to others, in the fields of a message.
_PROOFS = re.compile(
    rb"(?im)^((?:authorization|x-(?:api-)?(?:key|token)|cookie|arc-[\w-]+|dkim-signature)[ \t]*:)"
    rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*"
)
_TOKEN = re.compile(r"(?<![0-9a-z])t[0-9a-z]{1,13}-[a-z2-7]{16}(?![0-9a-z])", re.IGNORECASE)
_MASK = "••••••"


@dataclass(frozen=True, slots=True)
class Door:
    """A mailbox. ``look``: paused, failing, new (never connected) or working. ``has`` names the secrets that are kept.

    ``failure`` and ``relay_failure`` are codes (words: ``page.mailbox.failure_<code>``), the details the other
    side's own words. ``waiting`` counts messages on their way out. ``test`` is {key, state, steps} of the last test.
    """

    id: int
    enterprise_id: int
    address: str
    name: str
    service: str
    version: int
    how: Setup
    has: frozenset[str]
    look: str
    is_paused: bool
    is_active: bool
    fetched_at: datetime | None
    failed_at: datetime | None
    failure: str
    failure_detail: str
    relayed_at: datetime | None
    relay_failed_at: datetime | None
    relay_failure: str
    relay_failure_detail: str
    received: int
    sent: int
    parked: int
    waiting: int
    failed: int
    tested_at: datetime | None
    test: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that came (``direction`` in) or goes (out), whatever became of it.

    ``outcome``: in: ticket, reply, parked, pending; out: queued, sent, failed, bounced. ``reason`` is a code
    (``message.parked_<reason>``) or, going out, the other side's words. ``may_release``: redelivering
    changes something.
    """

    direction: str
    id: int
    at: datetime
    channel: str
    mailbox_id: int | None
    outcome: str
    reason: str
    party: str
    ticket_id: int | None
    number: str
    size: int
    attempts: int
    may_release: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    rows: Sequence[Delivery]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it came, with what is secret masked; ``is_cut`` after 64 KB."""

    delivery: Delivery
    source: str
    sha256: str
    head: str
    body: str
    is_cut: bool


def doors(actor: Actor, *, since: datetime, enterprise_id: int | None = None) -> list[Door]:
    """The mailboxes that the actor administers or audits, by enterprise and address. Figures count from ``since``."""
    within = [e for e in actor.enterprises if enterprise_id in (None, e) and policies.may(actor, "delivery.see", e)]
    rows = list(Mailbox.objects.filter(enterprise_id__in=within).order_by("enterprise_id", "address"))
    return _doors(rows, since)


def door(actor: Actor, mailbox_id: int, *, since: datetime) -> Door:
    """Raises NotFound, NotAllowed."""
    row = Mailbox.objects.filter(id=mailbox_id).first()
    if row is None:
        raise NotFound(what="mailbox", value=mailbox_id)
    policies.require(actor, "delivery.see", row.enterprise_id)
    return _doors([row], since)[0]


def _doors(rows: Sequence[Mailbox], since: datetime) -> list[Door]:
    ids = [row.id for row in rows]
    came = {
        row["mailbox_id"]: row
        for row in RawMessage.objects.filter(mailbox_id__in=ids, received_at__gte=since)
        .values("mailbox_id")
        .annotate(received=Count("id"), parked=Count("id", filter=Q(outcome=PARKED)))
    }
    went = {
        row["mailbox_id"]: row
        for row in Outbound.objects.filter(mailbox_id__in=ids)
        .filter(Q(created_at__gte=since) | Q(state=QUEUED))
        .values("mailbox_id")
        .annotate(
            sent=Count("id", filter=Q(state=SENT)),
            waiting=Count("id", filter=Q(state=QUEUED)),
            failed=Count("id", filter=Q(state__in=(FAILED, BOUNCED))),
        )
    }
    return [_door(row, came.get(row.id, {}), went.get(row.id, {})) for row in rows]


_SAME = (
    "id enterprise_id address name service version is_paused is_active fetched_at failed_at failure failure_detail"
    " relayed_at relay_failed_at relay_failure relay_failure_detail tested_at test"
).split()


def _door(row: Mailbox, came: Mapping[str, Any], went: Mapping[str, Any]) -> Door:
    try:
        has = frozenset(sealing.opened(row.sealed)) & sealing.GIVEN
    except sealing.SecretUnreadable:
        has = frozenset()
    is_failing = bool(row.failure or row.relay_failure)
    is_new = row.intake == "imap" and row.fetched_at is None
    return Door(
        how=setup.of(row),
        has=has,
        look="paused" if row.is_paused else "failing" if is_failing else "new" if is_new else "working",
        received=came.get("received", 0),
        parked=came.get("parked", 0),
        sent=went.get("sent", 0),
        waiting=went.get("waiting", 0),
        failed=went.get("failed", 0),
        **{name: getattr(row, name) for name in _SAME},
    )


def traffic(
    actor: Actor,
    *,
    enterprise_id: int,
    mailbox_id: int | None = None,
    direction: str = "",
    outcome: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Traffic:
    """Newest first. ``outcome`` narrows to one, or ``trouble``: parked, pending, failed, bounced.

    Raises NotAllowed, Invalid.
    """
    policies.require(actor, "delivery.see", enterprise_id)
    limit = max(1, min(limit, PAGE_LIMIT))
    before_in, before_out = _before(cursor)
    narrow = Q(enterprise_id=enterprise_id) & (Q(mailbox_id=mailbox_id) if mailbox_id is not None else Q())
    came = [] if direction == OUT else _came(narrow, outcome, before_in, limit + 1)
    went = [] if direction == IN else _went(narrow, outcome, before_out, limit + 1)
    both = sorted([*came, *went], key=lambda d: (d.at, d.id), reverse=True)
    page = both[:limit]
    if len(both) > limit:
        last_in = min((d.id for d in page if d.direction == IN), default=before_in)
        last_out = min((d.id for d in page if d.direction == OUT), default=before_out)
        next_cursor = f"{last_in}.{last_out}"
    else:
        next_cursor = ""
    return Traffic(_numbered(actor, page), next_cursor)


_LAST = 10**18 - 1


def _before(cursor: str) -> tuple[int, int]:
    if not cursor:
        return _LAST, _LAST
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid(field="cursor", value=cursor[:50])
    return int(found[1]), int(found[2])


_TROUBLE_IN, _TROUBLE_OUT = (PARKED, PENDING), (FAILED, BOUNCED)


def _came(narrow: Q, outcome: str, before: int, limit: int) -> list[Delivery]:
    wanted = _TROUBLE_IN if outcome == "trouble" else (outcome,) if outcome else (TICKET, REPLY, PARKED, PENDING)
    rows = RawMessage.objects.filter(narrow, id__lt=before, outcome__in=wanted).order_by("-id")[:limit]
    return [_of_raw(row) for row in rows]


def _of_raw(row: RawMessage) -> Delivery:
    return Delivery(
        direction=IN,
        id=row.id,
        at=row.received_at,
        channel=row.channel,
        mailbox_id=row.mailbox_id,
        outcome=row.outcome,
        reason=row.reason,
        party=row.sender,
        ticket_id=row.ticket_id,
        number="",
        size=row.size,
        attempts=1,
        may_release=row.outcome == PARKED and row.reason not in ("duplicate", "test"),
    )


def _went(narrow: Q, outcome: str, before: int, limit: int) -> list[Delivery]:
    wanted = _TROUBLE_OUT if outcome == "trouble" else (outcome,) if outcome else (QUEUED, SENT, FAILED, BOUNCED)
    rows = Outbound.objects.filter(narrow, id__lt=before, state__in=wanted).order_by("-id")[:limit]
    return [
        Delivery(
            direction=OUT,
            id=row.id,
            at=row.created_at,
            channel=row.channel,
            mailbox_id=row.mailbox_id,
            outcome=row.state,
            reason=row.last_error,
            party=row.recipient,
            ticket_id=row.ticket_id,
            number="",
            size=0,
            attempts=row.attempts,
            may_release=row.state in _TROUBLE_OUT,
        )
        for row in rows
    ]


def _numbered(actor: Actor, page: Sequence[Delivery]) -> list[Delivery]:
    ids = {d.ticket_id for d in page if d.ticket_id is not None}
    numbers = {t.id: t.number for t in desk.tickets(actor, sorted(ids)).values()} if ids else {}
    return [_with_number(d, numbers.get(d.ticket_id or 0, "")) for d in page]


def _with_number(found: Delivery, number: str) -> Delivery:
    values = {name: getattr(found, name) for name in Delivery.__slots__}
    return Delivery(**{**values, "number": number})


def raw_body(actor: Actor, delivery_id: int) -> Shown:
    """A message that came, to be looked at: keys, tokens, numbers of people and cards are masked. Raises NotFound,
    NotAllowed. Everything in it shows ``services.take_original``, which is recorded."""
    row = RawMessage.objects.filter(id=delivery_id).first()
    if row is None:
        raise NotFound(what="delivery", value=delivery_id)
    policies.require(actor, "delivery.see", row.enterprise_id)
    with store.path(row.sha256).open("rb") as file:
        start = file.read(_SHOWN_BYTES + 1)
    parts = re.split(rb"\r?\n\r?\n", start[:_SHOWN_BYTES], maxsplit=1)
    head = _masked(_PROOFS.sub(rb"\1 " + _MASK.encode(), parts[0]))
    body = _masked(parts[1]) if len(parts) > 1 else ""
    (delivery,) = _numbered(actor, [_of_raw(row)])
    return Shown(delivery, row.source, row.sha256, head, body, row.size > _SHOWN_BYTES)


def _masked(part: bytes) -> str:
    text = part.decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "\ufffd")
    return redacted(_TOKEN.sub(_MASK, text))
