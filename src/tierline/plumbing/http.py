"""Refusals as HTTP: the status of a code, and RFC 9457 problem details in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, gettext, override

from tierline.domain.errors import DomainError, Invalid
from tierline.plumbing.wording import code_word

# Codes that are not plain refusals of a value (422).
STATUS: Mapping[str, int] = {
    "unauthenticated": 401,
    "not_allowed": 403,
    "not_found": 404,
    "illegal_move": 409,
    "stale_version": 409,
    "nothing_to_take": 409,
    "roster_has_gaps": 409,
    "roster_closed": 409,
    "idempotency_in_progress": 409,
    "precondition_failed": 412,
    "malformed": 400,
    "method_not_allowed": 405,
    "too_large": 413,
    "rate_limited": 429,
    "unavailable": 503,
    "unsupported_media_type": 415,
    "internal": 500,
    "disk_full": 507,
    "home_unwritable": 503,
}


def status_of(error: DomainError) -> int:
    return STATUS.get(error.code, 422)


def wording(error: DomainError) -> str:
    """The sentence for the reader, from the catalogue key ``error.<code>`` with the facts filled in."""
    key = f"error.{error.code}"
    sentence = gettext(key)
    if sentence == key:
        sentence = gettext("error.invalid") if isinstance(error, Invalid) else gettext("error.refused")
    shown = {name: code_word(name, value) if name in _CODES else _shown(value) for name, value in error.facts.items()}
    return sentence.format_map(_Blank(shown))


# Facts that are codes of ours: the catalogues have their words.
_CODES = frozenset({"what", "department"})


def problem(error: DomainError, *, language: str | None = None, instance: str = "") -> HttpResponse:
    """An ``application/problem+json`` answer."""
    status = status_of(error)
    if language:
        with override(language):
            detail = wording(error)
    else:
        detail = wording(error)
    body: dict[str, Any] = {
        "type": f"urn:tierline:error:{error.code}",
        "title": error.code.replace("_", " "),
        "status": status,
        "detail": detail,
        "code": error.code,
        **({"instance": instance} if instance else {}),
        "facts": {name: _json(value) for name, value in error.facts.items()},
    }
    with override(language or get_language()):
        _explain(body["facts"].get("errors"))
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json")


def fault_wording(fault: Mapping[str, Any]) -> str:
    """The sentence for one fault of several: a code and what its words need."""
    key = f"error.{fault['code']}"
    said = gettext(key)
    return (gettext("error.invalid") if said == key else said).format_map(_Blank(fault))


def _explain(errors: Any) -> None:
    """Of several faults in one request each gets its own sentence."""
    for fault in errors if isinstance(errors, list) else ():
        if isinstance(fault, dict) and isinstance(fault.get("code"), str):
            fault["detail"] = fault_wording(fault)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(str, value))
    return str(value)


def _json(value: Any) -> Any:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(k): _json(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(v) for v in value]
    return str(value)
