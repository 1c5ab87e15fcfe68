"""The signing keys of a subscription, and the headers of a call."""

from __future__ import annotations

import uuid
from datetime import datetime

from tierline.hooks.models import Delivery, Subscription
from tierline.plumbing import signing

_NAMESPACE = uuid.UUID("3c9d0b52-5a0e-5e1f-8a55-5d5d6c1c0e77")


def secret_of(row: Subscription) -> str:
    return signing.made_secret("webhook", row.provider_id, row.id, row.salt)


def key_of(row: Subscription, ticket_id: int, seq: int) -> uuid.UUID:
    """The delivery's id: the same for every try of one event, and for nothing else."""
    return uuid.uuid5(_NAMESPACE, f"{row.provider_id}:{row.id}:{ticket_id}:{seq}")


def headers(row: Subscription, delivery: Delivery, body: bytes, *, at: datetime) -> dict[str, str]:
    """While a key is being exchanged both the new and the old one sign, parted by a comma."""
    named = {"Tierline-Event": delivery.type, "Tierline-Try": str(delivery.attempts)}
    made = signing.headers(str(delivery.key), secret_of(row), body, named)
    if row.old_salt and row.old_until is not None and row.old_until > at:
        old = signing.made_secret("webhook", row.provider_id, row.id, row.old_salt)
        made["Tierline-Signature"] += f",v1={signing.signature(old, made['Tierline-Timestamp'], body)}"
    return made
