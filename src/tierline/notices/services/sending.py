"""A message leaves the house: claimed and made inside a transaction, handed over outside of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tierline.accounts import queries as accounts
from tierline.channels import operations as channels
from tierline.channels.base import Parcel, Party
from tierline.channels.services import InHand, NotDelivered, Undeliverable, hand_over
from tierline.desk import queries as desk
from tierline.domain.errors import Invalid
from tierline.domain.notices import Channel
from tierline.notices import signing, wording
from tierline.notices.models import FAILED, QUEUED, SENT, VOID, Delivery, Message
from tierline.notices.wording import Line
from tierline.plumbing import clock, jobs, outward
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# As many tries as the job queue makes; the last one gives up, which the person sees and may repeat.
TRIES = 12
# Whoever claimed a message that long ago and did not finish is dead.
CLAIM = timedelta(minutes=5)
# The other side is there and says "later".
_LATER = frozenset({408, 409, 425, 429})
_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a hook: ``id`` is the same for every try, so that the other side can tell."""

    id: str
    url: str
    secret: str
    body: bytes


def queue(message: Message) -> None:
    jobs.defer(
        send,
        provider_id=message.provider_id,
        message_id=message.id,
        person_id=message.person_id,
        enterprise_id=message.enterprise_id,
    )


def send(provider_id: int, message_id: int, person_id: int | None, enterprise_id: int | None) -> None:
    """The job. Raises NotDelivered so that the queue tries again later; a redone job sends nothing twice,

    except when a worker dies between the hand-over and writing it down: then the same Message-ID or delivery
    id goes out again, and the receiving side knows it.
    """
    actor = _reach(provider_id, person_id, enterprise_id)
    made = take(actor=actor, message_id=message_id, at=clock.now())
    if made is None:
        return
    try:
        _deliver(made)
    except (Undeliverable, outward.AddressRefused) as refused:
        why = str(refused.facts.get("reason") or refused.facts.get("why"))
        give_up(actor=actor, message_id=message_id, why=why, at=clock.now())
    except NotDelivered as failed:
        put_back(actor=actor, message_id=message_id, why=str(failed.facts["reason"]), at=clock.now())
        raise
    else:
        finish(actor=actor, message_id=message_id, at=clock.now())


@service
def take(*, actor: Actor, message_id: int, at: datetime) -> Parcel | Call | None:
    """Claim the message and make its bytes; None when it needs no sending any more. Raises InHand."""
    row = _locked(message_id)
    if row is None or row.state != QUEUED:
        return None
    if row.claimed_at is not None and row.claimed_at > at - CLAIM:
        raise InHand(reason="in_hand")
    try:
        made = _mail(actor, row) if row.channel == Channel.EMAIL else _call(actor, row)
    except Invalid as refused:
        _end(row, FAILED, why=str(refused))
        return None
    if made is None:
        _end(row, VOID, why="out_of_reach")
        return None
    row.claimed_at, row.attempts = at, row.attempts + 1
    row.save(update_fields=["claimed_at", "attempts"])
    return made


@service
def finish(*, actor: Actor, message_id: int, at: datetime) -> None:
    row = _locked(message_id)
    if row is not None and row.state == QUEUED:
        row.sent_at = at
        _end(row, SENT)


@service
def put_back(*, actor: Actor, message_id: int, why: str, at: datetime) -> None:
    row = _locked(message_id)
    if row is None or row.state != QUEUED:
        return
    if row.attempts >= TRIES:
        _end(row, FAILED, why=why)
        return
    row.claimed_at, row.last_error = None, why[:500]
    row.save(update_fields=["claimed_at", "last_error"])


@service
def give_up(*, actor: Actor, message_id: int, why: str, at: datetime) -> None:
    row = _locked(message_id)
    if row is not None and row.state == QUEUED:
        _end(row, FAILED, why=why)


def _reach(provider_id: int, person_id: int | None, enterprise_id: int | None) -> Actor:
    """The product, within the reach that the person has now: what one may no longer see is no longer sent."""
    if person_id is None:
        return system(provider_id, (enterprise_id,) if enterprise_id else ())
    person = accounts.actor(provider_id, person_id, at=clock.now(), channel="system")
    return system(provider_id, person.enterprises if person else ())


def _deliver(made: Parcel | Call) -> None:
    if isinstance(made, Parcel):
        hand_over(made)
        return
    try:
        target = outward.check(made.url, loopback=settings.OUTWARD_LOOPBACK)
        status = outward.post(target, body=made.body, headers=signing.headers(made.id, made.secret, made.body))
    except outward.AddressRefused as refused:
        if refused.facts["why"] == "unresolved":
            raise NotDelivered(reason="unresolved") from refused
        raise
    except outward.Unanswered as silent:
        raise NotDelivered(reason=silent.facts["reason"]) from silent
    if not 200 <= status < 300:
        kind = NotDelivered if status in _LATER or status >= 500 else Undeliverable
        raise kind(reason=f"answered {status}")


def _mail(actor: Actor, row: Message) -> Parcel | None:
    assert row.person_id is not None
    reader = accounts.person(row.person_id)
    if not reader.is_active or not reader.email or not actor.enterprises:
        return None
    if row.facts.get("trial"):
        enterprise_id, (subject, text) = actor.enterprises[0], wording.trial(language=reader.language)
    else:
        lines, enterprises = _lines(actor, row, zone=reader.zone, language=reader.language)
        if not lines:
            return None
        enterprise_id = enterprises[0]
        subject, text = wording.mail(lines, zone=reader.zone, language=reader.language)
    to = Party(reader.name if reader.name != reader.email else "", reader.email)
    key = f"notice-{row.provider_id}-{row.id}"
    return channels.letter(
        enterprise_id=enterprise_id, key=key, to=to, subject=subject, text=text, sent_at=row.created_at
    )


def _call(actor: Actor, row: Message) -> Call | None:
    hook = row.hook
    if hook is None or hook.removed_at is not None:
        return None
    told: list[dict[str, Any]] = []
    if row.facts.get("trial"):
        told = [{"kind": "trial"}]
    elif row.person_id is None:
        told = [_told(line) for line in _event_lines(actor, row)]
    else:
        reader = accounts.person(row.person_id)
        if reader.is_active:
            told = [_told(line) for line in _lines(actor, row, zone=reader.zone, language=reader.language)[0]]
    if not told:
        return None
    body = {"id": signing.delivery_id(row), "sent_for": row.created_at.isoformat(), "notices": told}
    return Call(
        signing.delivery_id(row),
        hook.url,
        signing.secret_of(hook),
        json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(),
    )


def _told(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "ticket": line.number,
        "priority": line.priority,
        "enterprise": line.enterprise,
        "subject": line.subject,
        "text": line.title,
        "at": line.at.isoformat(),
        "url": line.link,
    }


def _lines(actor: Actor, row: Message, *, zone: str, language: str) -> tuple[list[Line], list[int]]:
    """The steps that went into the message and that its reader may still see, oldest first; their enterprises."""
    deliveries = Delivery.objects.filter(message_id=row.id).select_related("step__notice").order_by("step__at", "id")
    steps = [delivery.step for delivery in deliveries]
    tickets = desk.tickets(actor, [s.notice.ticket_id for s in steps if s.notice.ticket_id])
    names = {e.id: e.name for e in accounts.enterprises()}
    shown = [
        s for s in steps if s.notice.ticket_id in tickets or (s.notice.ticket_id is None and s.enterprise_id in names)
    ]
    with override(language):
        lines = [
            _line(tickets.get(s.notice.ticket_id), names[s.enterprise_id], s.kind, s.priority, s.facts, s.at, zone)
            for s in shown
        ]
    return lines, [s.enterprise_id for s in shown]


def _event_lines(actor: Actor, row: Message) -> list[Line]:
    told = row.facts
    tickets = desk.tickets(actor, [told["ticket"]])
    assert row.enterprise_id is not None
    enterprise = accounts.enterprise(row.enterprise_id)
    with override(enterprise.language):
        return [
            _line(
                t,
                enterprise.name,
                told["kind"],
                told["priority"],
                told["facts"],
                datetime.fromisoformat(told["at"]),
                _ZONE,
            )
            for t in tickets.values()
        ]


def _line(
    ticket: Any, enterprise: str, kind: str, priority: str, facts: dict[str, Any], at: datetime, zone: str
) -> Line:
    number, subject = (ticket.number, ticket.subject) if ticket is not None else ("", "")
    title = wording.title(kind, facts, zone=zone)
    return Line(kind, priority, number, subject, enterprise, at, title, wording.link(kind, number))


def _locked(message_id: int) -> Message | None:
    found: Message | None = (
        Message.objects.select_for_update(of=("self",)).filter(id=message_id).select_related("hook").first()
    )
    return found


def _end(row: Message, state: str, *, why: str = "") -> None:
    row.state, row.claimed_at, row.last_error = state, None, why[:500]
    row.save(update_fields=["state", "claimed_at", "last_error", "sent_at"])
