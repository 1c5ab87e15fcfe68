"""A write is done once per key: the act, its answer and the key are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from tierline.api.authentication import actor_of, received_at
from tierline.domain.errors import DomainError, Invalid
from tierline.plumbing import once

KEY_LIMIT = 255


class KeyMissing(DomainError):
    """A write without its ``Idempotency-Key``."""

    code = "idempotency_key_missing"


def write(
    request: HttpRequest,
    call: Callable[[], Any],
    render: Callable[[Any], Any],
    *,
    content: bytes,
    status: int = 200,
) -> HttpResponse:
    """Run the one service that ``call`` calls; ``render`` makes the answer from its result, inside its transaction.

    The same key with the same request is answered with the same bytes. Raises KeyMissing, KeyReused, KeyInProgress.
    """
    kept: list[bytes] = []

    def rendered(result: Any) -> tuple[int, bytes]:
        kept.append(msgspec.json.encode(render(result)))
        return status, kept[0]

    person = actor_of(request).person_id
    assert person is not None
    mark = once.fingerprint((request.method or "").encode(), request.path.encode("utf-8", "surrogatepass"), content)
    try:
        with once.keyed(once.Request(person, _key(request), mark, received_at(request), rendered)):
            call()
    except once.Replay as before:
        return respond(before.body, status=before.status, replayed=True)
    return respond(kept[0], status=status)


def respond(body: bytes, *, status: int = 200, replayed: bool = False) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    if replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def show(value: Any) -> HttpResponse:
    return respond(msgspec.json.encode(value))


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise KeyMissing(header="Idempotency-Key")
    if len(key) > KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise Invalid(field="Idempotency-Key", limit=KEY_LIMIT)
    return key
