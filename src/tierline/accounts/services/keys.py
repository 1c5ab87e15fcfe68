"""API keys: shown once, stored as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from tierline.accounts import policies, queries
from tierline.accounts.models import ApiKey
from tierline.audit.operations import Act, record
from tierline.domain.errors import NotFound
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

PREFIX = "tl_"


def digest_of(key: str) -> bytes:
    """Keys are 256 random bits, so a plain hash is enough: nothing to guess."""
    return hashlib.sha256(key.encode()).digest()


@service
def create_key(
    *, actor: Actor, person_id: int, at: datetime, label: str = "", expires_at: datetime | None = None
) -> str:
    """A new key that acts as the person, with the person's reach at each use."""
    if person_id != actor.person_id:
        policies.require(actor, "key.create")
    person = queries.person(person_id)
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        provider_id=actor.provider_id,
        person_id=person.id,
        digest=digest_of(key),
        label=label,
        created_at=at,
        expires_at=expires_at,
    )
    record(actor, [Act(f"person:{person.id}", "key.created", person.enterprise_id, {"key": row.id})], at=at)
    return key


@service
def revoke_key(*, actor: Actor, key_id: int, at: datetime) -> None:
    rows = ApiKey.objects.filter(id=key_id, revoked_at=None)
    row = rows.first()
    if row is None:
        raise NotFound(what="key")
    if row.person_id != actor.person_id:
        policies.require(actor, "key.create")
    rows.update(revoked_at=at)
    record(actor, [Act(f"person:{row.person_id}", "key.revoked", None, {"key": row.id})], at=at)
