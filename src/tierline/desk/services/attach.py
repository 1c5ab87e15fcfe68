"""Keeping a file until a message carries it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tierline.desk.models import Attachment
from tierline.desk.operations import attaching
from tierline.domain.errors import NotAllowed, NotFound
from tierline.plumbing import store
from tierline.plumbing.actor import AUDITOR, Actor
from tierline.plumbing.service import service


@service
def keep_attachment(
    *, actor: Actor, enterprise_id: int, name: str, chunks: Iterable[bytes], at: datetime
) -> Attachment:
    if enterprise_id not in actor.enterprises:
        raise NotFound(what="enterprise")
    if actor.role == AUDITOR:
        raise NotAllowed(right="attachment.keep", role=actor.role)
    return attaching.keep(actor, enterprise_id=enterprise_id, name=name, chunks=chunks, at=at)


@service
def keep_attachments(
    *, actor: Actor, enterprise_id: int, files: Sequence[tuple[str, store.Stored]], at: datetime
) -> list[int]:
    """Many at once, their content in the store already, none beyond ``attaching.SIZE_LIMIT``: their ids, in order."""
    if enterprise_id not in actor.enterprises:
        raise NotFound(what="enterprise")
    if actor.role == AUDITOR:
        raise NotAllowed(right="attachment.keep", role=actor.role)
    return attaching.keep_stored(actor, enterprise_id=enterprise_id, files=files, at=at)
