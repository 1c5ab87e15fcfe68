"""Writes: with an ``Idempotency-Key`` done once, the act, its answer and the key being one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from tierline.api.authentication import actor_of, received_at
from tierline.domain.errors import Invalid
from tierline.plumbing import once, tenancy

KEY_LIMIT = 255


def write(
    request: HttpRequest,
    call: Callable[[], Any],
    render: Callable[[Any], Any],
    *,
    content: bytes,
    status: int = 200,
) -> HttpResponse:
    """Run the one service that ``call`` calls; ``render`` makes the answer from its result.

    The same key with the same request is done once and answered with the same bytes: the answer is made inside
    the service's transaction. Without a key the write is simply done. Raises KeyReused, KeyInProgress.
    """
    actor, key = actor_of(request), _key(request)
    if key is None:
        made = call()
        with tenancy.reading(actor):
            return respond(msgspec.json.encode(render(made)), status=status)
    kept: list[bytes] = []

    def rendered(result: Any) -> tuple[int, bytes]:
        kept.append(msgspec.json.encode(render(result)))
        return status, kept[0]

    assert actor.person_id is not None
    mark = once.fingerprint((request.method or "").encode(), request.path.encode("utf-8", "surrogatepass"), content)
    try:
        with once.keyed(once.Request(actor.person_id, key, mark, received_at(request), rendered)):
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


def _key(request: HttpRequest) -> str | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    key = given.strip()
    if not key or len(key) > KEY_LIMIT or not key.isascii() or not key.isprintable():
        raise Invalid(field="Idempotency-Key", limit=KEY_LIMIT)
    return key
