"""How a person wants to be told, and the web addresses that are told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.notices import Channel, Kind, Quiet, Rhythm, When, Wish
from tierline.domain.text import clean
from tierline.notices import policies
from tierline.notices.models import FAILED, QUEUED, VOID, Hook, Message, Preference
from tierline.notices.services import sending
from tierline.plumbing import outward
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

HOOK_LIMIT = 5


class TooManyHooks(Invalid):
    """One person, or one enterprise, has at most ``limit`` web hooks."""

    code = "too_many_hooks"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything on the preferences page. ``quiet_from``, ``quiet_until`` and ``daily_at`` are minutes of the day."""

    wishes: Mapping[Kind, Mapping[Channel, When]]
    budget: int
    is_quiet: bool
    quiet_from: int
    quiet_until: int
    rhythm: Rhythm
    daily_at: int


@service
def prefer(*, actor: Actor, chosen: Chosen, at: datetime) -> None:
    """Raises Invalid, EndlessQuiet."""
    policies.require_reader(actor)
    Wish(actor.zone, chosen.budget, Quiet(chosen.quiet_from, chosen.quiet_until), chosen.rhythm, chosen.daily_at)
    wishes = {kind.value: {c.value: w.value for c, w in own.items()} for kind, own in chosen.wishes.items()}
    Preference.objects.update_or_create(
        provider_id=actor.provider_id,
        person_id=actor.person_id,
        defaults={
            "wishes": wishes,
            "budget": chosen.budget,
            "is_quiet": chosen.is_quiet,
            "quiet_from": chosen.quiet_from,
            "quiet_until": chosen.quiet_until,
            "rhythm": chosen.rhythm.value,
            "daily_at": chosen.daily_at,
            "changed_at": at,
        },
    )


def add_hook(
    *,
    actor: Actor,
    url: str,
    label: str,
    at: datetime,
    enterprise_id: int | None = None,
    kinds: Sequence[Kind] = (),
) -> Hook:
    """One's own hook, or with ``enterprise_id`` the enterprise's. Raises AddressRefused, TooManyHooks, NotAllowed.

    The address is checked here so that a mistake shows at once, and again before every call. Names are looked up
    before the transaction begins: somebody else's name server must not hold it open.
    """
    _require_owner(actor, enterprise_id)
    wanted = url.strip()
    outward.check(wanted, loopback=settings.OUTWARD_LOOPBACK)
    return _add_hook(actor=actor, url=wanted, label=label, at=at, enterprise_id=enterprise_id, kinds=kinds)


@service
def _add_hook(
    *, actor: Actor, url: str, label: str, at: datetime, enterprise_id: int | None, kinds: Sequence[Kind]
) -> Hook:
    _require_owner(actor, enterprise_id)
    owner = {"enterprise_id": enterprise_id} if enterprise_id is not None else {"person_id": actor.person_id}
    if Hook.objects.filter(**owner, removed_at=None).count() >= HOOK_LIMIT:
        raise TooManyHooks(field="url", limit=HOOK_LIMIT)
    hook: Hook = Hook.objects.create(
        provider_id=actor.provider_id,
        **owner,
        label=clean(label, field="label", limit=100, required=False),
        url=url,
        salt=secrets.token_urlsafe(24),
        kinds=[kind.value for kind in kinds],
        created_at=at,
    )
    _record(actor, hook, "hook.created", at)
    return hook


@service
def remove_hook(*, actor: Actor, hook_id: int, at: datetime) -> None:
    hook = _own(actor, hook_id)
    hook.removed_at = at
    hook.save(update_fields=["removed_at"])
    _record(actor, hook, "hook.removed", at)


@service
def try_hook(*, actor: Actor, hook_id: int, at: datetime) -> Message:
    """Send a trial there now."""
    hook = _own(actor, hook_id)
    return _trial(actor, Channel.HOOK, hook, at)


@service
def try_mail(*, actor: Actor, at: datetime) -> Message:
    """Send oneself a trial mail now."""
    policies.require_reader(actor)
    return _trial(actor, Channel.EMAIL, None, at)


@service
def repeat_message(*, actor: Actor, message_id: int, at: datetime) -> Message:
    """Send a failed message again: the same message under the same id. Raises NotFound."""
    row: Message | None = Message.objects.select_for_update(of=("self",)).filter(id=message_id).first()
    if row is None or row.state not in (FAILED, VOID):
        raise NotFound(what="message", value=message_id)
    if row.hook_id is not None:
        _own(actor, row.hook_id)
    elif row.person_id != actor.person_id:
        raise NotFound(what="message", value=message_id)
    row.state, row.attempts, row.claimed_at, row.last_error = QUEUED, 0, None, ""
    row.save(update_fields=["state", "attempts", "claimed_at", "last_error"])
    sending.queue(row)
    return row


def _trial(actor: Actor, channel: Channel, hook: Hook | None, at: datetime) -> Message:
    owner = {"enterprise_id": hook.enterprise_id} if hook and hook.enterprise_id else {"person_id": actor.person_id}
    message: Message = Message.objects.create(
        provider_id=actor.provider_id,
        **owner,
        channel=channel,
        hook=hook,
        key=f"trial:{secrets.token_hex(12)}",
        is_counted=False,
        facts={"trial": True},
        created_at=at,
    )
    sending.queue(message)
    return message


def _require_owner(actor: Actor, enterprise_id: int | None) -> None:
    policies.require_reader(actor)
    if enterprise_id is not None:
        policies.require_governor(actor, enterprise_id)


def _own(actor: Actor, hook_id: int) -> Hook:
    """One's own hook, or one of an enterprise that one governs."""
    policies.require_reader(actor)
    hook: Hook | None = Hook.objects.select_for_update(of=("self",)).filter(id=hook_id, removed_at=None).first()
    if hook is None or (hook.person_id is not None and hook.person_id != actor.person_id):
        raise NotFound(what="hook", value=hook_id)
    if hook.enterprise_id is not None:
        if not policies.governs(actor):
            raise NotFound(what="hook", value=hook_id)
        policies.require_governor(actor, hook.enterprise_id)
    return hook


def _record(actor: Actor, hook: Hook, action: str, at: datetime) -> None:
    audit(actor, [Act(f"hook:{hook.id}", action, hook.enterprise_id, {"kinds": list(hook.kinds)})], at=at)
