"""A call leaves the house: claimed before, made inside a transaction, sent outside of it, written down after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from tierline.domain import hooks as rules
from tierline.domain.errors import NotFound
from tierline.hooks import operations, payload, signing
from tierline.hooks.events import SubscriptionPaused
from tierline.hooks.models import ACTIVE, FAILED, PAUSED, QUEUED, SENT, Delivery, Subscription
from tierline.plumbing import clock, jobs, outward
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.announce import announce
from tierline.plumbing.service import require_transaction, service

TRIES_KEPT = 20
# How many calls one address gets at a time; while it fails, one, so that a dead one holds up nobody else's worker.
PARALLEL = 4


@dataclass(frozen=True, slots=True)
class Call:
    url: str
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` None: no answer, and ``why`` says in a code what happened instead."""

    status: int | None = None
    milliseconds: int | None = None
    why: str = ""
    excerpt: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and rules.is_taken(self.status)


def call(provider_id: int, enterprise_id: int, delivery_id: int, attempt: int) -> None:
    """The job. Redone after a crash it may call twice, under one delivery id: the receiving side can tell."""
    actor = system(provider_id, (enterprise_id,))
    made = take(actor=actor, delivery_id=delivery_id, attempt=attempt, at=clock.now())
    if made is None:
        return
    outcome = _sent(made)
    finish(actor=actor, delivery_id=delivery_id, attempt=attempt, outcome=outcome, at=clock.now())


def pump(row: Subscription, *, at: datetime) -> int:
    """Hand what is due to workers, as many as the address gets at a time, and set the timer for the rest; how many.

    The subscription is locked by the caller.
    """
    require_transaction()
    if row.state != ACTIVE or row.removed_at is not None:
        operations.wake(row, None)
        return 0
    busy = list(
        Delivery.objects.filter(subscription_id=row.id, state=QUEUED, claimed_at__gt=at - operations.CLAIM).values_list(
            "claimed_at", flat=True
        )
    )
    room = max(0, (1 if row.failing_since else PARALLEL) - len(busy))
    heads = operations.heads(row, at, room + 1)
    due = [delivery_id for delivery_id, due_at in heads if due_at <= at][:room]
    hand_over(row, due, at=at)
    later = [due_at for _, due_at in heads if due_at > at]
    looks = [*later, *(claimed_at + operations.CLAIM for claimed_at in busy), *([at + operations.CLAIM] if due else [])]
    operations.wake(row, min(looks, default=None))
    return len(due)


def hand_over(row: Subscription, delivery_ids: Sequence[int], *, at: datetime) -> None:
    """Claim these deliveries and let workers call. ``attempts`` is the token by which the worker knows its claim."""
    rows = Delivery.objects.filter(id__in=delivery_ids)
    rows.update(claimed_at=at, attempts=F("attempts") + 1)
    jobs.defer_many(
        (
            call,
            {
                "provider_id": row.provider_id,
                "enterprise_id": row.enterprise_id,
                "delivery_id": delivery_id,
                "attempt": attempts,
            },
        )
        for delivery_id, attempts in rows.order_by("due_at", "id").values_list("id", "attempts")
    )


@service
def take(*, actor: Actor, delivery_id: int, attempt: int, at: datetime) -> Call | None:
    """The call's bytes; None when it needs no making any more."""
    row = Delivery.objects.filter(id=delivery_id, state=QUEUED, attempts=attempt).select_related("subscription").first()
    if row is None or row.subscription.removed_at is not None:
        return None
    if row.subscription.state != ACTIVE and row.type != rules.PING:
        Delivery.objects.filter(id=row.id).update(claimed_at=None)
        return None
    try:
        body = payload.body_of(row.subscription, row)
    except NotFound:
        _end(row, FAILED, Outcome(why="no_ticket"), at)
        return None
    return Call(row.subscription.url, body, signing.headers(row.subscription, row, body, at=at))


def _sent(made: Call) -> Outcome:
    try:
        target = outward.check(made.url, loopback=settings.OUTWARD_LOOPBACK)
        answer = outward.call(target, body=made.body, headers=made.headers)
    except outward.AddressRefused as refused:
        return Outcome(why=f"address_{refused.facts['why']}")
    except outward.Unanswered as silent:
        return Outcome(why=str(silent.facts["reason"])[:200])
    return Outcome(answer.status, answer.milliseconds, "", answer.excerpt)


@service
def finish(*, actor: Actor, delivery_id: int, attempt: int, outcome: Outcome, at: datetime) -> None:
    """Write down what came of it, and let the next go. A try that another one has overtaken is not written."""
    found = Delivery.objects.filter(id=delivery_id).values_list("subscription_id", flat=True).first()
    subscription = operations.locked(found) if found is not None else None
    row = Delivery.objects.filter(id=delivery_id, state=QUEUED, attempts=attempt).first()
    if subscription is None or row is None:
        return
    due_at = None
    if row.type != rules.PING and not outcome.is_taken:
        chance = (row.key.int + attempt * 7919) % rules.SPREAD
        due_at = rules.next_try(attempt, first_at=row.first_at, at=at, chance=chance)
    if due_at is None:
        _end(row, SENT if outcome.is_taken else FAILED, outcome, at)
    else:
        row.due_at = due_at
        _note(row, outcome, at)
    if row.type != rules.PING:
        _judge(subscription, outcome, at)
    pump(subscription, at=at)


def _judge(row: Subscription, outcome: Outcome, at: datetime) -> None:
    """Whether the address is well. After a day without one call taken it is paused, and somebody is told."""
    if outcome.is_taken:
        if row.failing_since is not None:
            row.failing_since = None
            row.save(update_fields=["failing_since"])
        return
    if row.failing_since is None:
        row.failing_since = at
        row.save(update_fields=["failing_since"])
    is_gone = outcome.status == rules.GONE
    if row.state != ACTIVE or not (is_gone or at - row.failing_since >= rules.FAILING_FOR):
        return
    row.state, row.pause, row.version = PAUSED, "gone" if is_gone else "failing", row.version + 1
    row.save(update_fields=["state", "pause", "version"])
    announce(
        SubscriptionPaused(
            provider_id=row.provider_id,
            enterprise_id=row.enterprise_id,
            at=at,
            subscription_id=row.id,
            why=row.pause,
        )
    )


def _end(row: Delivery, state: str, outcome: Outcome, at: datetime) -> None:
    row.state, row.ended_at = state, at
    _note(row, outcome, at)


def _note(row: Delivery, outcome: Outcome, at: datetime) -> None:
    tried: dict[str, Any] = {
        "at": at.isoformat(),
        "status": outcome.status,
        "ms": outcome.milliseconds,
        "why": outcome.why,
    }
    row.tries = [*row.tries, tried][-TRIES_KEPT:]
    row.status, row.milliseconds, row.why, row.excerpt = (
        outcome.status,
        outcome.milliseconds,
        outcome.why,
        outcome.excerpt,
    )
    row.claimed_at, row.is_refused = None, rules.is_refused(outcome.status)
    row.save(
        update_fields=[
            "state", "ended_at", "due_at", "tries", "status", "milliseconds", "why", "excerpt", "claimed_at",
            "is_refused",
        ]
    )  # fmt: skip
