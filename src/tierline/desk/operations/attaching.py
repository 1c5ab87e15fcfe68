"""Files on tickets: kept by content, typed by content, seen only through the visibility rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from tierline.desk.models import Attachment, Ticket
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.filetypes import sniffed_type
from tierline.domain.text import clean
from tierline.plumbing import store
from tierline.plumbing.actor import SYSTEM, Actor

SIZE_LIMIT = 25 * 1024 * 1024
COUNT_LIMIT = 50


def keep(actor: Actor, *, enterprise_id: int, name: str, chunks: Iterable[bytes], at: datetime) -> Attachment:
    """The file as an attachment that no message carries yet. Raises FileTooLarge, Invalid for an empty file."""
    safe = clean(name.replace("/", "_").replace("\\", "_"), field="name", limit=255)
    stored = store.put(chunks, limit=SIZE_LIMIT)
    if stored.size == 0:
        raise Invalid(field="file", value="empty")
    return Attachment.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        sha256=stored.sha256,
        name=safe,
        type=sniffed_type(stored.head),
        size=stored.size,
        uploaded_by_id=actor.person_id,
        uploaded_at=at,
    )


def keep_stored(
    actor: Actor, *, enterprise_id: int, files: Sequence[tuple[str, store.Stored]], at: datetime
) -> list[int]:
    """Files whose content is in the store already, as attachments that no message carries yet. One statement."""
    rows = [
        Attachment(
            provider_id=actor.provider_id,
            enterprise_id=enterprise_id,
            sha256=stored.sha256,
            name=clean(name.replace("/", "_").replace("\\", "_"), field="name", limit=255),
            type=sniffed_type(stored.head),
            size=stored.size,
            uploaded_by_id=actor.person_id,
            uploaded_at=at,
        )
        for name, stored in files
    ]
    return [row.id for row in Attachment.objects.bulk_create(rows)]


def attachable(actor: Actor, enterprise_id: int, ids: Iterable[int]) -> set[int]:
    """Which of these files the actor may still put on a ticket of the enterprise."""
    return set(_free(actor, enterprise_id, set(ids)).values_list("id", flat=True))


def attach(actor: Actor, ticket: Ticket, ids: Sequence[int], *, seq: int) -> None:
    """The actor's own unattached files become part of the ticket's event ``seq``."""
    if not ids:
        return
    if len(ids) > COUNT_LIMIT:
        raise Invalid(field="attachments", value=len(ids), limit=COUNT_LIMIT)
    if _free(actor, ticket.enterprise_id, set(ids)).update(ticket_id=ticket.id, event_seq=seq) != len(set(ids)):
        raise NotFound(what="attachment", value=list(ids))


def _free(actor: Actor, enterprise_id: int, ids: set[int]) -> QuerySet[Attachment]:
    free = Attachment.objects.filter(id__in=ids, ticket_id=None, enterprise_id=enterprise_id)
    return free if actor.role == SYSTEM else free.filter(uploaded_by_id=actor.person_id)
