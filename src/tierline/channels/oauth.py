"""An access token for a mail server: kept while it lasts, fetched anew with the refresh token (RFC 6749 section 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx
from django.conf import settings

from tierline.channels.sealing import ACCESS_TOKEN, ACCESS_UNTIL, CLIENT_SECRET, REFRESH_TOKEN
from tierline.domain.errors import DomainError
from tierline.plumbing import outward

# A token that ends so soon is not begun with.
SPARE = timedelta(minutes=1)
_LIFETIME = timedelta(minutes=5)  # where the endpoint does not say
_SECONDS = 15.0
_BODY_BYTES = 64 * 1024


class TokenRefused(DomainError):
    """The endpoint will not give a token for these credentials: a person must give new ones. ``reason``."""

    code: ClassVar[str] = "token_refused"


class TokenUnanswered(DomainError):
    """The endpoint could not be reached or made no sense. ``reason``."""

    code: ClassVar[str] = "token_unanswered"


@dataclass(frozen=True, slots=True)
class Endpoint:
    url: str
    client_id: str
    scope: str = ""


def kept(secrets: Mapping[str, str], *, at: datetime) -> str:
    """The access token that still lasts at ``at``, or ``""``."""
    until = secrets.get(ACCESS_UNTIL, "")
    if not until or datetime.fromisoformat(until) - SPARE <= at:
        return ""
    return secrets.get(ACCESS_TOKEN, "")


def refreshed(endpoint: Endpoint, secrets: Mapping[str, str], *, at: datetime) -> dict[str, str]:
    """What the endpoint gives, by the names of ``sealing``: some hand out a new refresh token each time.

    Raises TokenRefused, TokenUnanswered. The address is a person's word, so it is checked as a web hook's is.
    """
    form = {
        "grant_type": "refresh_token",
        "client_id": endpoint.client_id,
        "refresh_token": secrets.get(REFRESH_TOKEN, ""),
    }
    form |= {"client_secret": secrets[CLIENT_SECRET]} if secrets.get(CLIENT_SECRET) else {}
    form |= {"scope": endpoint.scope} if endpoint.scope else {}
    answer = _posted(endpoint.url, form)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise TokenUnanswered(reason="no access_token")
    seconds = str(answer.get("expires_in"))
    lasts = timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 8 else _LIFETIME
    given = {ACCESS_TOKEN: token, ACCESS_UNTIL: (at + lasts).isoformat()}
    renewed = answer.get("refresh_token")
    return {**given, REFRESH_TOKEN: renewed} if isinstance(renewed, str) and renewed else given


def _posted(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    try:
        target = outward.check(url, loopback=settings.OUTWARD_LOOPBACK)
    except outward.AddressRefused as refused:
        raise TokenUnanswered(reason=f"token_url: {refused.facts['why']}") from None
    ip = f"[{target.ip}]" if ":" in target.ip else target.ip
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(
                f"{target.scheme}://{ip}:{target.port}{target.path}",
                data=dict(form),
                headers={"Host": target.authority, "Accept": "application/json"},
                extensions={"sni_hostname": target.host},
            )
    except httpx.HTTPError as wrong:
        raise TokenUnanswered(reason=type(wrong).__name__) from None
    told = _told(answer)
    if answer.status_code == httpx.codes.OK:
        return told
    # Only the endpoint's own error code: its words may repeat what was sent.
    reason = f"{answer.status_code} {str(told.get('error', ''))[:80]}".strip()
    if 400 <= answer.status_code < 500 and answer.status_code not in (408, 429):
        raise TokenRefused(reason=reason)
    raise TokenUnanswered(reason=reason)


def _told(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = json.loads(answer.content[:_BODY_BYTES])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
