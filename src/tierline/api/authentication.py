"""Who is calling: the owner of a Bearer key, or the person signed in on the page that calls."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from ninja.utils import check_csrf

from tierline.accounts import queries as accounts
from tierline.accounts.services.keys import digest_of
from tierline.domain.errors import NotAllowed, Unauthenticated
from tierline.plumbing.actor import Actor

_SAFE = ("GET", "HEAD", "OPTIONS")


def signed(request: HttpRequest) -> Actor:
    """The actor, with the reach of this instant. A key wins over a session and needs no CSRF token.

    Raises Unauthenticated, or NotAllowed for a page's write without its CSRF token.
    """
    header = request.headers.get("Authorization", "")
    if header:
        return _owner(header, at=received_at(request))
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Unauthenticated()
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise NotAllowed(right="session.write", role=actor.role, reason="csrf_failed")
    return actor


def actor_of(request: HttpRequest) -> Actor:
    return cast(Actor, request.auth)  # type: ignore[attr-defined]  # django-ninja puts it there


def received_at(request: HttpRequest) -> datetime:
    return cast(datetime, request.received_at)  # type: ignore[attr-defined]  # the Received middleware puts it there


def _owner(header: str, *, at: datetime) -> Actor:
    scheme, _, key = header.partition(" ")
    owner = accounts.key_owner(digest_of(key.strip()), at=at) if scheme.lower() == "bearer" else None
    actor = accounts.actor(*owner, at=at, channel="api") if owner else None
    if actor is None:
        raise Unauthenticated()
    return actor
