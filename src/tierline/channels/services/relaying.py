"""Through which server does a mailbox's mail leave, and with which proof? Outside of any transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from tierline.channels import oauth, sealing, setup, transports
from tierline.channels.base import Parcel, Transport
from tierline.channels.models import Mailbox
from tierline.channels.models.mailbox import XOAUTH2
from tierline.channels.services.states import keep_tokens, remember_failure, remember_relayed
from tierline.plumbing import clock, tenancy
from tierline.plumbing.actor import Actor

# A relay that works is written down so often.
_SAY_EVERY = timedelta(minutes=1)


def hand_over(actor: Actor, box: Mailbox | None, parcel: Parcel) -> None:
    """Sends ``parcel`` by the mailbox's relay, else the installation's. Raises Undeliverable, NotDelivered.

    What came of a mailbox's relay is kept with it. A token that the relay refuses is renewed once.
    """
    if box is None or not box.relay_host:
        transports.of(settings.MAIL).deliver(parcel)
        return
    try:
        _by_relay(actor, box, parcel)
    except transports.NotDelivered as failed:
        code = "relay_login_refused" if isinstance(failed, transports.LoginRefused) else "relay_unreachable"
        code = failed.facts.get("why", code)
        reason = failed.facts["reason"]
        remember_failure(actor=actor, mailbox_id=box.id, reason=code, detail=reason, at=clock.now(), relay=True)
        raise
    now = clock.now()
    if box.relay_failure or box.relayed_at is None or now - box.relayed_at > _SAY_EVERY:
        remember_relayed(actor=actor, mailbox_id=box.id, at=now)


def _by_relay(actor: Actor, box: Mailbox, parcel: Parcel) -> None:
    try:
        relay_of(actor, box).deliver(parcel)
    except transports.LoginRefused:
        if box.relay_auth != XOAUTH2:
            raise
        relay_of(actor, box, is_fresh=True).deliver(parcel)


def relay_of(actor: Actor, box: Mailbox, *, is_fresh: bool = False) -> Transport:
    """The mailbox's way out. ``is_fresh`` asks for a new token whatever is kept. Raises NotDelivered."""
    try:
        secrets = sealing.opened(box.sealed)
        token = token_of(actor, box, is_fresh=is_fresh) if box.relay_auth == XOAUTH2 else ""
    except (sealing.SecretUnreadable, oauth.TokenRefused, oauth.TokenUnanswered) as refused:
        raise transports.NotDelivered(reason=str(refused), why=refused.code) from None
    password = secrets.get(sealing.RELAY_PASSWORD, "")
    return transports.Smtp(box.relay_host, box.relay_port, box.relay_login, password, box.relay_tls, token)


def token_of(actor: Actor, box: Mailbox, *, is_fresh: bool = False) -> str:
    """An access token of the mailbox, from the endpoint when the kept one ends or ``is_fresh``; kept for all.

    Raises TokenRefused, TokenUnanswered, SecretUnreadable.
    """
    now = clock.now()
    secrets = sealing.opened(box.sealed)
    if not is_fresh and (found := oauth.kept(secrets, at=now)):
        return found
    how = setup.of(box)
    try:
        given = oauth.refreshed(oauth.Endpoint(how.token_url, how.client_id, how.oauth_scope), secrets, at=now)
    except oauth.TokenRefused:
        # Where refresh tokens are good for one use, another process may have used ours a moment ago.
        if theirs := _of_another(actor, box, secrets.get(sealing.REFRESH_TOKEN, ""), at=now):
            return theirs
        raise
    keep_tokens(actor=actor, mailbox_id=box.id, version=box.version, tokens=given)
    box.sealed = sealing.sealed({**secrets, **given})
    return given[sealing.ACCESS_TOKEN]


def _of_another(actor: Actor, box: Mailbox, used: str, *, at: datetime) -> str:
    with tenancy.reading(actor):
        secrets = sealing.opened(Mailbox.objects.get(id=box.id).sealed)
    return oauth.kept(secrets, at=at) if secrets.get(sealing.REFRESH_TOKEN, "") != used else ""


def is_outbox(box: Mailbox | None) -> bool:
    """Whether mail only becomes files: nothing that is sent can arrive anywhere."""
    own = box is not None and bool(box.relay_host)
    return not own and isinstance(transports.of(settings.MAIL), transports.Outbox)
