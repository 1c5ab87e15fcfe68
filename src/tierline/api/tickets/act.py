"""The one path of every verb: find the ticket, call the service with the body's fields, answer with the ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from tierline.api.authentication import actor_of, received_at
from tierline.api.tickets import find
from tierline.api.tickets.bodies import Versioned
from tierline.api.writes import write
from tierline.desk import api as desk

Service = Callable[..., Sequence[Any]]


def act(request: HttpRequest, ticket: str, body: Versioned, service: Service, **instead: Any) -> HttpResponse:
    """``service`` takes the body's fields by their names; ``instead`` replaces or adds some."""
    actor, at = actor_of(request), received_at(request)
    number = find.ticket_id(actor, ticket)
    fields = {name: getattr(body, name) for name in type(body).model_fields if name != "version"} | instead
    return write(
        request,
        lambda: service(actor=actor, seen={number: body.version}, at=at, **fields),
        lambda tickets: desk.one(actor, tickets[0], at=at),
        content=request.body,
    )
