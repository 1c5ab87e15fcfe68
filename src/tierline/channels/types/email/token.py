"""The signed part of a reply address: whose ticket a mail answers, checkable without asking anyone.

``support+t1a-k2j3...@desk.example``: the ticket's number and 80 bits of HMAC-SHA256 over provider,
enterprise and ticket. Letters and digits in lower case only, because relays fold the case of
addresses; 25 characters for tickets below 36 million, well inside the 64 of a local part.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MAC_BYTES = 10
_TOKEN = re.compile(r"t([0-9a-z]{1,13})-([a-z2-7]{16})")
_INSIDE = re.compile(r"(?<![0-9a-z])t[0-9a-z]{1,13}-[a-z2-7]{16}(?![0-9a-z])")


def signed(ticket_id: int, *, provider: str, enterprise: str, key: bytes) -> str:
    """The token of ``ticket_id``. ``key`` is the installation's secret, at least 16 bytes."""
    number = _in_base36(ticket_id)
    return f"t{number}-{_mac(number, provider, enterprise, key)}"


def ticket_of(token: str, *, provider: str, enterprise: str, keys: Sequence[bytes]) -> int | None:
    """The ticket that ``token`` names, or ``None`` when no key signed it for this enterprise.

    ``keys`` are the current key and those it replaced. Every comparison takes the same time.
    """
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    genuine = [hmac.compare_digest(found[2], _mac(found[1], provider, enterprise, key)) for key in keys]
    return int(found[1], 36) if any(genuine) else None


def tokens_in(*texts: str) -> tuple[str, ...]:
    """Everything in ``texts`` that has the form of a token, each once, in order. Not yet verified."""
    return tuple(dict.fromkeys(token for text in texts for token in _INSIDE.findall(text[:20_000].lower())))


def with_token(address: str, token: str) -> str:
    """``address`` with ``token`` as its detail: ``support@desk.example`` -> ``support+t...@desk.example``."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{token}@{domain}"


def _mac(number: str, provider: str, enterprise: str, key: bytes) -> str:
    # Lengths in front keep ("ab", "c") and ("a", "bc") apart.
    told = "".join(f"{len(part)}:{part}" for part in (provider, enterprise, number))
    digest = hmac.new(key, told.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_MAC_BYTES]).decode("ascii").lower()


def _in_base36(number: int) -> str:
    if not 0 < number < 2**63:
        raise ValueError(number)
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
    return out
