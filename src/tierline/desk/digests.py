"""What the audit chain keeps of an event: a digest of everything, with people's words only salted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tierline.audit.operations import canonical, digest
from tierline.desk.models import TicketEvent


def digest_of(row: TicketEvent) -> str:
    return digest(
        {
            "ticket": row.ticket_id,
            "seq": row.seq,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
            "type": row.type,
            "channel": row.channel,
            "actor": row.actor_id,
            "role": row.actor_role,
            "audience": row.audience,
            "payload": row.payload,
            "words": row.words_digest,
        }
    )


def salted(words: Mapping[str, Any], salt: bytes) -> str:
    """The commitment to the words: without the salt nobody can try guesses against it."""
    return hashlib.sha256(salt + canonical(words)).hexdigest()


def words_fit(row: TicketEvent) -> bool:
    """Whether the words are those that were committed to; erased ones always fit."""
    return row.erased_at is not None or salted(row.words, bytes(row.salt)) == row.words_digest
