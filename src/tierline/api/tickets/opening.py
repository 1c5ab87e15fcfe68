"""POST /tickets and /tickets/batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError

from tierline.api import schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.problems import document, of_validation
from tierline.api.tickets import bodies
from tierline.api.tickets.find import Enterprises
from tierline.api.tickets.router import router
from tierline.api.writes import write
from tierline.desk import api as desk
from tierline.desk import services
from tierline.desk.operations import NewTicket
from tierline.domain.codes import code
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.text import TooLong
from tierline.plumbing.actor import REQUESTER, Actor

CHANNEL_LIMIT = 20


class TooMany(Invalid):
    """More items than one request may carry."""

    code = "too_many"


@router.post("", response={201: schemas.Ticket}, summary="Open a ticket")
def open_ticket(request: HttpRequest, body: bodies.NewTicket) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    item = _item(actor, body, Enterprises(actor, [body.enterprise]))

    def render(made: Sequence[Any]) -> Any:
        if isinstance(made[0], DomainError):
            raise made[0]
        return desk.one(actor, made[0], at=at)

    return write(
        request,
        lambda: services.open_tickets(actor=actor, items=[item], at=at),
        render,
        content=request.body,
        status=201,
    )


@router.post("/batch", response={200: schemas.BatchAnswer}, summary="Open up to 1,000 tickets, each on its own")
def open_batch(request: HttpRequest, body: bodies.Batch) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    if len(body.tickets) > bodies.BATCH_LIMIT:
        raise TooMany(field="tickets", limit=bodies.BATCH_LIMIT, length=len(body.tickets))
    asked = _asked(actor, body.tickets)
    good = [item for item in asked if isinstance(item, NewTicket)]

    def render(made: Sequence[Any]) -> Any:
        return _results(request, actor, asked, iter(made))

    return write(request, lambda: services.open_tickets(actor=actor, items=good, at=at), render, content=request.body)


def _asked(actor: Actor, raw: Sequence[Any]) -> list[NewTicket | DomainError]:
    """Each item as the desk takes it, or why not."""
    shaped = [_shaped(item) for item in raw]
    enterprises = Enterprises(actor, [b.enterprise for b in shaped if isinstance(b, bodies.NewTicket)])
    asked: list[NewTicket | DomainError] = []
    for body in shaped:
        try:
            asked.append(body if isinstance(body, DomainError) else _item(actor, body, enterprises))
        except DomainError as refused:
            asked.append(refused)
    return asked


def _shaped(raw: Any) -> bodies.NewTicket | DomainError:
    try:
        return bodies.NewTicket.model_validate(raw)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False, include_context=True)
        return of_validation([{**e, "loc": e["loc"] or ("ticket",)} for e in errors], within=0)


def _results(request: HttpRequest, actor: Actor, asked: Sequence[NewTicket | DomainError], made: Any) -> dict[str, Any]:
    """One result per item, in the order of the request."""
    ended = [item if isinstance(item, DomainError) else next(made) for item in asked]
    tickets = [t for t in ended if not isinstance(t, DomainError)]
    shown = dict(zip((t.id for t in tickets), desk.whole(actor, tickets, at=received_at(request)), strict=True))
    return {"results": [_result(request, one, shown) for one in ended]}


def _result(request: HttpRequest, ended: Any, shown: Mapping[int, Any]) -> dict[str, Any]:
    if isinstance(ended, DomainError):
        problem = document(request, ended)
        return {"status": problem["status"], "error": problem}
    return {"status": 201, "ticket": shown[ended.id]}


def _item(actor: Actor, body: bodies.NewTicket, enterprises: Enterprises) -> NewTicket:
    requester = body.requester
    if requester is None:
        if actor.role != REQUESTER:
            raise Missing(field="requester")
        requester = bodies.Requester(email=actor.email, name=actor.name)
    return NewTicket(
        enterprise_id=enterprises.find(body.enterprise),
        text=body.text,
        subject=body.subject,
        requester_email=requester.email,
        requester_name=requester.name,
        customer=body.customer,
        service=body.service or "",
        asset=body.asset or "",
        impact=body.impact or "",
        urgency=body.urgency or "",
        channel=_channel(body.channel),
        attachments=tuple(body.attachments),
        # A program that names the service is asked what the service asks.
        answers=(body.answers or {}) if body.service or body.answers else None,
        form_version=body.form_version,
        is_strict=True,
    )


def _channel(name: str) -> str:
    if len(name) > CHANNEL_LIMIT:
        raise TooLong(field="channel", limit=CHANNEL_LIMIT)
    return code(name, field="channel")
