"""Entity tags: what a reader already has is not sent again, and a write may name what it looked at.

The tag of a ticket is ``W/"<version>-<digest>"``. It is weak because the time that a running clock has used up is
left out of it: that is another number each second, and a reader can count on from ``started_at`` alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from tierline.domain.errors import DomainError, Invalid

# What differs between two looks though nothing happened.
FLOWING = frozenset({"consumed_seconds", "counted_seconds", "at"})
_VERSION = re.compile(r'(?:W/)?"(\d{1,18})(?:-[0-9a-f]{1,64})?"')


class PreconditionFailed(DomainError):
    """The resource is not the one that ``If-Match`` names."""

    code = "precondition_failed"


def show(
    request: HttpRequest, value: Any, *, version: int | None = None, flowing: Collection[str] = ()
) -> HttpResponse:
    """The value with its tag, or 304 for a reader who has it. ``flowing``: names of fields that the tag leaves out."""
    body = msgspec.json.encode(value)
    tag = _tag(msgspec.json.encode(_without(value, flowing)) if flowing else body, version, is_weak=bool(flowing))
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or tag.removeprefix("W/") in {one.removeprefix("W/") for one in known}:
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie"
    return response


def require_match(request: HttpRequest, version: int) -> bool:
    """Whether the request carries ``If-Match``. Raises PreconditionFailed when that names another version.

    Tags are compared by the version in front; ``"12"`` alone will do.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return given is not None
    tags = parse_etags(given)
    versions = {int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag))}
    if not tags:
        raise Invalid(field="If-Match", value=given)
    if version not in versions:
        raise PreconditionFailed(named=sorted(versions), version=version)
    return True


def _tag(content: bytes, version: int | None, *, is_weak: bool) -> str:
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    named = digest if version is None else f"{version}-{digest}"
    return f'W/"{named}"' if is_weak else f'"{named}"'


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(part, names) for name, part in value.items() if name not in names}
    return [_without(part, names) for part in value] if isinstance(value, list) else value
