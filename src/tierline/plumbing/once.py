"""Idempotency keys: the same write sent twice is done once, and answered twice with the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy


class KeyInProgress(DomainError):
    """The same key is being worked on right now by another request."""

    code = "idempotency_in_progress"


class KeyReused(DomainError):
    """The key was used before with a different request."""

    code = "idempotency_key_reused"


class Replay(Exception):
    """Not a refusal: this key was answered before. ``status`` and ``body`` are that answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body


@dataclass(slots=True)
class Request:
    """``fingerprint`` covers method, path and body; ``render`` turns the service's result into the answer."""

    person_id: int
    key: str
    fingerprint: bytes
    at: datetime
    render: Callable[[Any], tuple[int, bytes]]


_current: ContextVar[Request | None] = ContextVar("tierline_once", default=None)


def fingerprint(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


@contextmanager
def keyed(request: Request) -> Iterator[None]:
    """Services called inside are done at most once under the request's key. Raises Replay, KeyReused, KeyInProgress."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)


def claim() -> None:
    request = _current.get()
    if request is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_id(request)])
        if not _one(cursor)[0]:
            raise KeyInProgress(key=request.key)
        cursor.execute(
            "SELECT fingerprint, status, body FROM plumbing_answered WHERE provider_id=%s AND person_id=%s AND key=%s",
            [tenancy.current().provider_id, request.person_id, request.key],
        )
        row = cursor.fetchone()
    if row is None:
        return
    if bytes(row[0]) != request.fingerprint:
        raise KeyReused(key=request.key)
    raise Replay(row[1], bytes(row[2]))


def store(result: Any) -> None:
    request = _current.get()
    if request is None:
        return
    status, body = request.render(result)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plumbing_answered (provider_id, person_id, key, fingerprint, status, body, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                tenancy.current().provider_id,
                request.person_id,
                request.key,
                request.fingerprint,
                status,
                body,
                request.at,
            ],
        )


def _one(cursor: Any) -> tuple[Any, ...]:
    row = cursor.fetchone()
    assert row is not None
    return tuple(row)


def _lock_id(request: Request) -> int:
    named = fingerprint(
        str(tenancy.current().provider_id).encode(), str(request.person_id).encode(), request.key.encode()
    )
    return int.from_bytes(named[:8], "big", signed=True)
