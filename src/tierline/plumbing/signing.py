"""How a call of ours proves where it comes from: HMAC-SHA256 over the time and the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from tierline.plumbing import clock
from tierline.plumbing.secrets import secret


def made_secret(*parts: object) -> str:
    """The signing key of what the parts name: made of the installation's secret, stored nowhere."""
    named = ":".join(map(str, parts)).encode()
    made = hmac.new(secret("hooks").encode(), named, hashlib.sha256)
    return "whsec_" + base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def signature(key: str, timestamp: str, body: bytes) -> str:
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def headers(delivery: str, key: str, body: bytes, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """``Tierline-Timestamp`` is the second of this try: a receiver refuses old ones, so nobody can play it again."""
    timestamp = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tierline",
        "Tierline-Delivery": delivery,
        "Tierline-Timestamp": timestamp,
        "Tierline-Signature": f"v1={signature(key, timestamp, body)}",
        **(more or {}),
    }
