"""Which addresses are told: added, changed, paused, resumed, given a new key, removed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.domain import hooks as rules
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.domain.text import clean
from tierline.hooks import operations, policies
from tierline.hooks.models import ACTIVE, PAUSED, QUEUED, Delivery, Subscription
from tierline.hooks.services import calling
from tierline.plumbing import outward
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

LIMIT = 20
LABEL_LIMIT = 100
# So long the old key signs beside the new one.
OVERLAP = timedelta(hours=24)


class TooManyWebhooks(Invalid):
    """One enterprise has at most ``limit`` subscriptions."""

    code = "too_many_webhooks"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscription is to be. ``types`` empty: all events. ``is_internal``: also what the customer never sees."""

    url: str
    label: str = ""
    types: Sequence[str] = ()
    is_internal: bool = False
    with_words: bool = False


def subscribe(*, actor: Actor, enterprise_id: int, wish: Wish, at: datetime) -> Subscription:
    """Raises AddressRefused, TooManyWebhooks, NotAllowed, Invalid.

    The address is checked here so that a mistake shows at once, and again before every call. Names are looked up
    before the transaction begins: somebody else's name server must not hold it open.
    """
    policies.require(actor, "webhook.change", enterprise_id)
    return _subscribe(actor=actor, enterprise_id=enterprise_id, wish=_checked(wish), at=at)


@service
def _subscribe(*, actor: Actor, enterprise_id: int, wish: Wish, at: datetime) -> Subscription:
    policies.require(actor, "webhook.change", enterprise_id)
    _require_sight(actor, enterprise_id, wish)
    if Subscription.objects.filter(enterprise_id=enterprise_id, removed_at=None).count() >= LIMIT:
        raise TooManyWebhooks(field="url", limit=LIMIT)
    row: Subscription = Subscription.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        label=wish.label,
        url=wish.url,
        types=list(wish.types),
        is_internal=wish.is_internal,
        with_words=wish.with_words,
        salt=secrets.token_urlsafe(24),
        since=at,
        created_at=at,
        created_by_id=actor.person_id,
        changed_at=at,
    )
    operations.prune_at(row, at + timedelta(days=1))
    _record(actor, row, "webhook.created", at)
    return row


def change(*, actor: Actor, subscription_id: int, seen_version: int, wish: Wish, at: datetime) -> Subscription:
    """Raises StaleVersion besides what ``subscribe`` raises. What already waits goes to the new address."""
    policies.require(actor, "webhook.change")
    return _change(actor=actor, subscription_id=subscription_id, seen_version=seen_version, wish=_checked(wish), at=at)


@service
def _change(*, actor: Actor, subscription_id: int, seen_version: int, wish: Wish, at: datetime) -> Subscription:
    row = _own(actor, subscription_id)
    if row.version != seen_version:
        raise StaleVersion(seen=seen_version, version=row.version, webhook=row.id)
    _require_sight(actor, row.enterprise_id, wish)
    if (not row.is_internal and wish.is_internal) or set(wish.types) != set(row.types):
        # What it did not want until now is not told afterwards.
        row.since = at
    row.url, row.label, row.types = wish.url, wish.label, list(wish.types)
    row.is_internal, row.with_words = wish.is_internal, wish.with_words
    _write(row, "url", "label", "types", "is_internal", "with_words", "since", at=at)
    _record(actor, row, "webhook.changed", at)
    return row


@service
def pause(*, actor: Actor, subscription_id: int, at: datetime) -> Subscription:
    """Nothing is sent; what happens meanwhile waits, and goes out in its order when it is resumed."""
    row = _own(actor, subscription_id)
    if row.state == ACTIVE:
        row.state, row.pause = PAUSED, "person"
        _write(row, "state", "pause", at=at)
        calling.pump(row, at=at)
        _record(actor, row, "webhook.paused", at)
    return row


@service
def resume(*, actor: Actor, subscription_id: int, at: datetime) -> Subscription:
    """What waits is tried at once and for a whole day again."""
    row = _own(actor, subscription_id)
    if row.state == PAUSED:
        row.state, row.pause, row.failing_since = ACTIVE, "", None
        _write(row, "state", "pause", "failing_since", at=at)
        Delivery.objects.filter(subscription_id=row.id, state=QUEUED).update(
            first_at=at, due_at=at, attempts=0, is_refused=False, claimed_at=None
        )
        calling.pump(row, at=at)
        _record(actor, row, "webhook.resumed", at)
    return row


@service
def rotate(*, actor: Actor, subscription_id: int, at: datetime) -> Subscription:
    """A new signing key. The old one signs beside it for a day, so that the other side can change over."""
    row = _own(actor, subscription_id)
    row.old_salt, row.old_until, row.salt = row.salt, at + OVERLAP, secrets.token_urlsafe(24)
    _write(row, "old_salt", "old_until", "salt", at=at)
    _record(actor, row, "webhook.key_rotated", at)
    return row


@service
def unsubscribe(*, actor: Actor, subscription_id: int, at: datetime) -> None:
    row = _own(actor, subscription_id)
    row.removed_at = at
    _write(row, "removed_at", at=at)
    calling.pump(row, at=at)
    _record(actor, row, "webhook.removed", at)


def own(actor: Actor, subscription_id: int) -> Subscription:
    """The subscription, locked, for who may change it."""
    return _own(actor, subscription_id)


def _own(actor: Actor, subscription_id: int) -> Subscription:
    policies.require(actor, "webhook.change")
    row = operations.locked(subscription_id)
    if row is None or row.removed_at is not None:
        raise NotFound(what="webhook", value=subscription_id)
    policies.require(actor, "webhook.change", row.enterprise_id)
    return row


def _checked(wish: Wish) -> Wish:
    url = clean(wish.url, field="url", limit=outward.URL_LIMIT).strip()
    outward.check(url, loopback=settings.OUTWARD_LOOPBACK)
    unknown = [one for one in wish.types if one not in rules.TYPES]
    if unknown:
        raise Invalid(field="types", value=unknown[0], allowed=list(rules.TYPES))
    label = clean(wish.label, field="label", limit=LABEL_LIMIT, required=False)
    return Wish(url, label, tuple(dict.fromkeys(wish.types)), wish.is_internal, wish.with_words)


def _require_sight(actor: Actor, enterprise_id: int, wish: Wish) -> None:
    if wish.is_internal or wish.with_words:
        policies.require_reader(actor, enterprise_id)


def _write(row: Subscription, *names: str, at: datetime) -> None:
    row.version, row.changed_at = row.version + 1, at
    row.save(update_fields=[*names, "version", "changed_at"])


def _record(actor: Actor, row: Subscription, action: str, at: datetime) -> None:
    facts = {"types": list(row.types), "internal": row.is_internal, "words": row.with_words, "state": row.state}
    audit(actor, [Act(f"webhook:{row.id}", action, row.enterprise_id, facts)], at=at)
