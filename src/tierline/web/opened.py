"""Whoever opens a ticket, by whatever way, has read what was told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from tierline.notices import queries, services

_PAGES = frozenset({"ticket", "ticket_clocks", "ticket_move"})


class Opened:
    """Before the page is drawn, so that the bell on it counts what is left. A refresh of the page opens nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        actor = getattr(request, "actor", None)
        match = request.resolver_match
        if match is None or match.url_name not in _PAGES or request.method != "GET" or "live" in request.GET:
            return
        if actor is not None and queries.has_centre(actor):
            services.mark_opened(actor=actor, number=str(kwargs["number"]), at=request.received_at)  # type: ignore[attr-defined]
