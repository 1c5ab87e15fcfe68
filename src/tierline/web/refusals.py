"""Refusals a person sees: one page for all of them, with what to do next."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import problem, status_of, wording


class CsrfFailed(DomainError):
    """The form's token is missing or old."""

    code = "csrf_failed"


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", "text/html"):
        return problem(error, instance=request.path)
    page: dict[str, Any] = {"code": error.code, "sentence": wording(error), "status": status_of(error)}
    actor: Actor | None = getattr(request, "actor", None)
    if error.code == "not_allowed" and actor is not None and actor.person_id is not None:
        page.update(denied(actor, str(error.facts.get("right", ""))))
    return render(request, "web/refusal.html", page, status=status_of(error))


def denied(actor: Actor, right: str) -> dict[str, Any]:
    """Which right is missing, who grants it, and whether the person has asked for it already.

    Names are for the provider's own people: a customer asks the service team as such.
    """
    with tenancy.reading(actor):
        granters = accounts.granters() if actor.own_enterprise_id is None else []
        asked = accounts.right_request_of(actor.person_id or 0, right)
    return {"right": right, "granters": [p for p in granters if p.id != actor.person_id], "asked": asked}


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, CsrfFailed())


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere."""
    return _page(request, 404, "page_missing", "not_found")


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that Django would not read: too much of it, or none that makes sense."""
    is_too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return _page(
        request, *((413, "page_too_large", "too_large") if is_too_large else (400, "page_malformed", "malformed"))
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Something that nobody foresaw; the log has it."""
    return _page(request, 500, "broken", "internal")


def _page(request: HttpRequest, status: int, sentence: str, code: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return HttpResponse(status=status, content_type="application/problem+json", content=_bare(status, code))
    words = gettext(f"page.refusal.{sentence}")
    return render(request, "web/refusal.html", {"code": code, "sentence": words, "status": status}, status=status)


def _bare(status: int, code: str) -> str:
    return json.dumps({"type": f"urn:tierline:error:{code}", "status": status, "code": code})
