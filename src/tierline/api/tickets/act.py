"""The one path of every verb: find the ticket, call the service with the body's fields, answer with the ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tierline.api.authentication import actor_of, received_at
from tierline.api.tags import PreconditionFailed, require_match
from tierline.api.tickets import find
from tierline.api.tickets.bodies import Versioned
from tierline.api.tickets.verbs import VERBS, Service
from tierline.api.writes import write
from tierline.desk import api as desk
from tierline.domain.errors import StaleVersion


def act(request: HttpRequest, ticket: str, verb: str, body: Versioned) -> HttpResponse:
    actor, number = actor_of(request), find.ticket_id(actor_of(request), ticket)
    known = VERBS[verb]
    fields = known.fields(actor, number, body, at=received_at(request))
    return call(request, number, body, known.service, **fields)


def call(
    request: HttpRequest,
    number: int,
    body: Versioned,
    service: Service,
    /,
    *,
    split_from: int | None = None,
    **fields: Any,
) -> HttpResponse:
    """A stale version is a conflict; where the caller asked with ``If-Match``, a condition that failed."""
    actor, at = actor_of(request), received_at(request)
    is_conditional = require_match(request, body.version)
    also = {} if split_from is None else {"split_from": split_from}
    try:
        return write(
            request,
            lambda: service(actor=actor, seen={number: body.version}, at=at, **fields),
            lambda tickets: {**desk.one(actor, tickets[0], at=at), **also},
            content=request.body,
        )
    except StaleVersion as stale:
        if is_conditional:
            raise PreconditionFailed(**stale.facts) from stale
        raise
