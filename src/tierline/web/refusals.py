"""Refusals a person sees: one page for all of them, with what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tierline.domain.errors import DomainError
from tierline.plumbing.http import problem, status_of, wording


class CsrfFailed(DomainError):
    """The form's token is missing or old."""

    code = "csrf_failed"


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", "text/html"):
        return problem(error, instance=request.path)
    page = {"code": error.code, "sentence": wording(error), "status": status_of(error)}
    return render(request, "web/refusal.html", page, status=status_of(error))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, CsrfFailed())
