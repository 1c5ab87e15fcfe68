"""REST v1: the one public API. Pages call services themselves; other programs come here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tierline.api import attachments, catalogue, openapi, problems, records, webhooks
from tierline.api.authentication import rate, signed
from tierline.api.parsing import StrictJson
from tierline.api.tickets import acts, ending, opening, reading, working
from tierline.api.tickets.router import router as tickets
from tierline.domain.allowance import SECOND
from tierline.domain.errors import DomainError

View = Callable[..., HttpResponseBase]


class Api(NinjaAPI):
    """Whatever is asked of it, a refusal is a problem document: unknown routes and methods too."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _with_problems(pattern.callback)
        # What is called by its name before what is called by any: /tickets/batch is no ticket.
        ordered = sorted(patterns, key=lambda pattern: [part[:1] == "<" for part in str(pattern.pattern).split("/")])
        return [*ordered, re_path("", _unknown)], app, namespace

    @cached_property
    def _document(self) -> dict[str, Any]:
        return openapi.complete(dict(super().get_openapi_schema()))

    def get_openapi_schema(self, **_: Any) -> Any:
        return self._document


def _with_problems(view: View) -> View:
    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = view(request, *args, **kwargs)
        except Http404 as absent:
            answer = problems.refused(request, absent)
        if answer.status_code == 405:
            allowed = answer["Allow"]
            answer = problems.answer(request, problems.MethodNotAllowed(method=request.method, allowed=allowed))
            answer["Allow"] = allowed
        _say_allowance(request, answer)
        return answer

    return csrf_exempt(answering)  # authentication itself asks for the token of a page's write


def _say_allowance(request: HttpRequest, answer: HttpResponseBase) -> None:
    """How many calls the key has left now, and in how many seconds it has all of them again."""
    taken = getattr(request, "allowance", None)
    if taken is None:
        return
    allowed = rate()
    answer["RateLimit-Limit"] = str(allowed.burst)
    answer["RateLimit-Remaining"] = str(taken.remaining)
    answer["RateLimit-Reset"] = str(-(-taken.reset // SECOND))
    answer["RateLimit-Policy"] = f"{allowed.burst};w={-(-allowed.span // SECOND)}"


@csrf_exempt
def _unknown(request: HttpRequest) -> HttpResponse:
    return problems.answer(request, problems.NoSuchRoute(what="route", value=request.path))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.refused(request, error)


api = Api(
    title="Tierline",
    version="1",
    urls_namespace="api-v1",
    description="Instants are RFC 3339 in UTC. Errors are problem details (RFC 9457) with a stable `code`.",
    auth=signed,
    parser=StrictJson(),
    docs_url=None,
)
for kind in (DomainError, ValidationError, HttpError, Http404, IntegrityError, Exception):
    api.add_exception_handler(kind, _refused)
# Importing these is what puts their routes on the router.
ROUTES = (opening, acts, reading, working, ending)
api.add_router("/tickets", tickets)
api.add_router("/attachments", attachments.router)
api.add_router("/webhooks", webhooks.router)
api.add_router("", records.router)
api.add_router("", catalogue.router)
