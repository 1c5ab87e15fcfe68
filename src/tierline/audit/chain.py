"""The hash chain itself: pure, so that a verifier outside the product can do the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, instants as RFC 3339 UTC with microseconds."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_instant, allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def link(prev: bytes, body: Mapping[str, Any]) -> bytes:
    """The hash of an entry: sha256 over the former hash and the canonical body."""
    return hashlib.sha256(prev + canonical(body)).digest()


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"no canonical form: {type(value).__name__}")
