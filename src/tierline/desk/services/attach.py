"""Keeping a file until a message carries it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tierline.accounts.policies import NotAllowed
from tierline.accounts.queries import NotFound
from tierline.desk import attachments
from tierline.desk.models import Attachment
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
    return attachments.keep(actor, enterprise_id=enterprise_id, name=name, chunks=chunks, at=at)
