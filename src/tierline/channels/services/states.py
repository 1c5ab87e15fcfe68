"""What the fetcher, the sender and the token endpoint tell of a mailbox; no person's word, so no version changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tierline.channels import sealing
from tierline.channels.models import Mailbox
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def remember_fetch(
    *, actor: Actor, mailbox_id: int, at: datetime, uid_validity: int | None = None, last_uid: int = 0
) -> None:
    """The server's folder has been read up to ``last_uid``; called only when everything before it is stored."""
    row = Mailbox.objects.select_for_update().get(id=mailbox_id)
    changed: dict[str, Any] = {"fetched_at": at, "failure": "", "failure_detail": ""}
    if uid_validity is not None:
        changed |= {"uid_validity": uid_validity, "last_uid": last_uid}
    save(row, **changed)


@service
def remember_failure(
    *, actor: Actor, mailbox_id: int, reason: str, detail: str, at: datetime, relay: bool = False
) -> None:
    """``reason`` is a code, ``detail`` the other side's own words."""
    prefix = "relay_" if relay else ""
    row = Mailbox.objects.select_for_update().get(id=mailbox_id)
    told = {"failed_at": at, "failure": reason[:40], "failure_detail": detail[:500].replace("\0", "")}
    save(row, **{f"{prefix}{name}": value for name, value in told.items()})


@service
def remember_relayed(*, actor: Actor, mailbox_id: int, at: datetime) -> None:
    rows = Mailbox.objects.filter(id=mailbox_id)
    rows.update(relayed_at=at, relay_failure="", relay_failure_detail="")


@service
def keep_tokens(*, actor: Actor, mailbox_id: int, version: int, tokens: Mapping[str, str]) -> None:
    """What the token endpoint gave. Nothing is kept when somebody has changed the mailbox meanwhile."""
    row = Mailbox.objects.select_for_update().get(id=mailbox_id)
    if row.version == version:
        save(row, sealed=sealing.sealed({**readable(row), **tokens}))


def readable(row: Mailbox) -> dict[str, str]:
    """Nothing where the installation's key was lost: then they are asked for again."""
    try:
        return sealing.opened(row.sealed)
    except sealing.SecretUnreadable:
        return {}


def save(row: Mailbox, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
