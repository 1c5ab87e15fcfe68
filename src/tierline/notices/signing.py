"""How a web hook proves that the call is ours: HMAC-SHA256 over the time and the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import Any

from tierline.plumbing import clock
from tierline.plumbing.secrets import secret

_NAMESPACE = uuid.UUID("8a7d2f0e-0f34-5b1c-9a53-6f3c5c0d7e11")


def secret_of(hook: Any) -> str:
    """The hook's signing key: made of the installation's secret and the hook's salt, stored nowhere."""
    made = hmac.new(secret("hooks").encode(), f"{hook.provider_id}:{hook.id}:{hook.salt}".encode(), hashlib.sha256)
    return "whsec_" + base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def delivery_id(message: Any) -> str:
    """The same for every try of one message, and for nothing else."""
    return str(uuid.uuid5(_NAMESPACE, f"{message.provider_id}:{message.key}"))


def signature(key: str, timestamp: str, body: bytes) -> str:
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def headers(delivery: str, key: str, body: bytes) -> dict[str, str]:
    """``Tierline-Timestamp`` is the second of this try: a receiver refuses old ones, so nobody can play it again."""
    timestamp = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tierline",
        "Tierline-Delivery": delivery,
        "Tierline-Timestamp": timestamp,
        "Tierline-Signature": f"v1={signature(key, timestamp, body)}",
    }
