"""Reply tokens with this installation's key: which ticket does a mail answer, beyond what it claims?"""

from __future__ import annotations

from collections.abc import Iterable

from tierline.channels.types.email import token
from tierline.plumbing.secrets import secret


def token_of(ticket_id: int, *, provider_id: int, enterprise_id: int) -> str:
    return token.signed(ticket_id, provider=str(provider_id), enterprise=str(enterprise_id), key=_key())


def genuine(tokens: Iterable[str], *, provider_id: int, enterprise_id: int) -> list[int]:
    """The tickets of the tokens that we signed for this enterprise, each once, in order."""
    provider, enterprise, keys = str(provider_id), str(enterprise_id), (_key(),)
    found = (token.ticket_of(one, provider=provider, enterprise=enterprise, keys=keys) for one in tokens)
    return list(dict.fromkeys(ticket_id for ticket_id in found if ticket_id is not None))


def _key() -> bytes:
    return secret("mail").encode()
