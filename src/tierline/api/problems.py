"""Every refusal of the API as one kind of answer: problem details with a stable code, in the caller's language."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError

from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.text import TooLong, Unstorable
from tierline.plumbing import constraints, http
from tierline.plumbing.store import FileTooLarge

log = structlog.get_logger(__name__)

TYPE = "application/problem+json"
_SHOWN = 200  # characters of a refused value that are said back
_LISTED = 20


class Malformed(DomainError):
    """The body is not what its content type says. ``reason`` is a code."""

    code = "malformed"


class UnsupportedMediaType(DomainError):
    """The body's content type is not the one this call takes."""

    code = "unsupported_media_type"


class NoSuchRoute(DomainError):
    """The API has no such address."""

    code = "not_found"


class MethodNotAllowed(DomainError):
    """The address exists and does not know this method."""

    code = "method_not_allowed"


class Unavailable(DomainError):
    """The database cannot be reached right now; the same request may be sent again."""

    code = "unavailable"


class Internal(DomainError):
    """A fault of ours. ``id`` is in the log with everything else; the caller learns no more."""

    code = "internal"


def document(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """The problem as a JSON object."""
    error.facts = _presentable(error.facts)
    said: dict[str, Any] = json.loads(http.problem(error, language=language_of(request), instance=request.path).content)
    return said


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    said = document(request, error)
    response = HttpResponse(msgspec.json.encode(said), status=said["status"], content_type=TYPE)
    response["Content-Language"] = "zh-Hans" if language_of(request) == "zh-hans" else "en"
    response["Cache-Control"] = "no-store"
    if said["status"] == 401:
        response["WWW-Authenticate"] = 'Bearer realm="tierline"'
    if said["status"] == 503:
        response["Retry-After"] = "2"
    if said["status"] == 429:
        response["Retry-After"] = str(error.facts.get("retry_after", 1))
    return response


def language_of(request: HttpRequest) -> str:
    """What the request asks for, else the person's own."""
    for tag in request.headers.get("Accept-Language", "").lower().split(","):
        main = tag.partition(";")[0].partition("-")[0].strip()
        if main in ("zh", "en"):
            return "zh-hans" if main == "zh" else "en"
    actor = getattr(request, "auth", None) or getattr(request, "actor", None)
    return actor.language if actor is not None else "zh-hans"


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to anything that went wrong below."""
    return answer(request, _of(error))


def _of(error: Exception) -> DomainError:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, ValidationError):
        return of_validation(error.errors)
    if isinstance(error, HttpError) and error.__cause__ is not None:
        return _of(error.__cause__) if isinstance(error.__cause__, Exception) else _unexpected(error)
    if isinstance(error, RequestDataTooBig):
        return FileTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(error, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return Malformed(reason="refused_form")
    if isinstance(error, Http404):
        return NoSuchRoute(what="route")
    if isinstance(error, IntegrityError) and (meant := constraints.named(error)) is not None:
        return meant
    if isinstance(error, OperationalError | InterfaceError):
        log.exception("database_unavailable", exc_info=error)
        return Unavailable()
    return _unexpected(error)


def _unexpected(error: Exception) -> DomainError:
    short = secrets.token_hex(4)
    log.error("request_failed", id=short, exc_info=error)
    return Internal(id=short)


def of_validation(errors: Sequence[Mapping[str, Any]], *, within: int = 2) -> DomainError:
    """The first fault as the refusal, all of them in ``errors`` when there are several.

    ``within``: how many leading parts of a location name the request and not the field.
    """
    found = [_fault(e, within) for e in errors[:_LISTED]]
    if len(found) > 1:
        found[0].facts["errors"] = [{"code": f.code, **_presentable(f.facts)} for f in found]
    return found[0]


def _fault(error: Mapping[str, Any], within: int) -> DomainError:
    kind, parts = error["type"], error["loc"][within:] or error["loc"][-1:]
    field = ".".join(map(str, parts))
    if kind == "missing":
        return Missing(field=field)
    if kind in ("unstorable_text", "string_unicode"):
        return Unstorable(field=field)
    if kind == "string_too_long":
        return TooLong(field=field, limit=error["ctx"]["max_length"])
    if kind == "extra_forbidden":
        return Invalid(field=field, reason="unknown_field")
    return Invalid(field=field, reason=kind)


def _presentable(value: Any) -> Any:
    """Short, and free of what UTF-8 cannot carry."""
    if isinstance(value, str):
        shown = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        return shown.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_presentable(str(k)): _presentable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_presentable(v) for v in value[:_LISTED]]
    return value
