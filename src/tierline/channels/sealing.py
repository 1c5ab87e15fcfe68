"""Secrets at rest: sealed with a key of this installation, opened only where they are handed to a server."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken

from tierline.domain.errors import DomainError
from tierline.plumbing.secrets import secret

# What a mailbox may keep secret. The first four are people's; the last two are what the token endpoint gave.
PASSWORD, RELAY_PASSWORD, CLIENT_SECRET, REFRESH_TOKEN = "password", "relay_password", "client_secret", "refresh_token"
ACCESS_TOKEN, ACCESS_UNTIL = "access_token", "access_until"
GIVEN = frozenset({PASSWORD, RELAY_PASSWORD, CLIENT_SECRET, REFRESH_TOKEN})


class SecretUnreadable(DomainError):
    """Sealed under another installation's key: after a move without the secrets folder it must be given again."""

    code: ClassVar[str] = "secret_unreadable"


def sealed(secrets: Mapping[str, str]) -> str:
    """``""`` for nothing. Two seals of the same secrets differ."""
    kept = {name: value for name, value in secrets.items() if value}
    return _box().encrypt(json.dumps(kept).encode()).decode("ascii") if kept else ""


def opened(seal: str) -> dict[str, str]:
    """Raises SecretUnreadable."""
    if not seal:
        return {}
    try:
        found = json.loads(_box().decrypt(seal.encode("ascii")))
    except (InvalidToken, UnicodeEncodeError, ValueError):
        raise SecretUnreadable from None
    return {str(name): str(value) for name, value in found.items()}


def _box() -> Fernet:
    # The installation's key is text of any length; Fernet wants 32 bytes.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret("mailboxes").encode()).digest()))
