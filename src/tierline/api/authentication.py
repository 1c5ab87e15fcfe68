"""Who is calling: the owner of a Bearer key, or the person signed in on the page that calls."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.utils import check_csrf

from tierline.accounts import queries as accounts
from tierline.accounts.services.keys import digest_of
from tierline.domain.allowance import SECOND, Rate
from tierline.domain.errors import DomainError, NotAllowed, Unauthenticated
from tierline.plumbing import once, throttle
from tierline.plumbing.actor import Actor

_SAFE = ("GET", "HEAD", "OPTIONS")


class RateLimited(DomainError):
    """The key has used up its calls; one more is allowed after ``retry_after`` seconds."""

    code = "rate_limited"


def signed(request: HttpRequest) -> Actor:
    """The actor, with the reach of this instant. A key wins over a session and needs no CSRF token.

    Raises Unauthenticated, RateLimited, or NotAllowed for a page's write without its CSRF token.
    """
    header = request.headers.get("Authorization", "")
    if header:
        return _owner(request, header)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Unauthenticated()
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise NotAllowed(right="session.write", role=actor.role, reason="csrf_failed")
    _count(request, once.fingerprint(b"person", str(actor.person_id).encode()))
    return actor


def actor_of(request: HttpRequest) -> Actor:
    return cast(Actor, request.auth)  # type: ignore[attr-defined]  # django-ninja puts it there


def received_at(request: HttpRequest) -> datetime:
    return cast(datetime, request.received_at)  # type: ignore[attr-defined]  # the Received middleware puts it there


def rate() -> Rate:
    return Rate(settings.API_CALLS_PER_MINUTE, settings.API_BURST)


def _owner(request: HttpRequest, header: str) -> Actor:
    """A key that nobody has is not counted: it could push real ones out of the table."""
    scheme, _, key = header.partition(" ")
    at, digest = received_at(request), digest_of(key.strip())
    owner = accounts.key_owner(digest, at=at) if scheme.lower() == "bearer" else None
    if owner is None:
        raise Unauthenticated()
    _count(request, digest)
    actor = accounts.actor(*owner, at=at, channel="api")
    if actor is None:
        raise Unauthenticated()
    return actor


def _count(request: HttpRequest, who: bytes) -> None:
    """``request.allowance`` is what the answer's headers say. Raises RateLimited."""
    taken = throttle.shared().take(who, rate())
    request.allowance = taken  # type: ignore[attr-defined]
    if not taken.is_allowed:
        raise RateLimited(retry_after=-(-taken.wait // SECOND))
