"""Verbs that restore, resolve, verify, archive and reopen a ticket, and that join and part tickets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tierline.api import schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.tickets import bodies, cite, find
from tierline.api.tickets.act import act
from tierline.api.tickets.router import router
from tierline.api.writes import write
from tierline.desk import api as desk
from tierline.desk import services


@router.post("/{ticket}/restore", response=schemas.Ticket, summary="The service works again, with evidence")
def restore(request: HttpRequest, ticket: str, body: bodies.Restore) -> HttpResponse:
    return act(request, ticket, body, services.restore_tickets)


@router.post("/{ticket}/resolve", response=schemas.Ticket, summary="Cause and resolution")
def resolve(request: HttpRequest, ticket: str, body: bodies.Resolve) -> HttpResponse:
    actor = actor_of(request)
    number = find.ticket_id(actor, ticket)
    cited: dict[str, int | None] = {"known_error": None, "article": None}
    if body.known_error is not None or body.article is not None:
        cited = cite.cited(actor, number, known_error=body.known_error, article=body.article)
    return act(request, str(number), body, services.resolve_tickets, **cited)


@router.post("/{ticket}/verify", response=schemas.Ticket, summary="The requester, or evidence, says that it works")
def verify(request: HttpRequest, ticket: str, body: bodies.Verify) -> HttpResponse:
    return act(request, ticket, body, services.verify_tickets)


@router.post("/{ticket}/archive", response=schemas.Ticket, summary="The knowledge decision")
def archive(request: HttpRequest, ticket: str, body: bodies.Archive) -> HttpResponse:
    return act(request, ticket, body, services.archive_tickets)


@router.post("/{ticket}/reopen", response=schemas.Ticket, summary="The same issue is back")
def reopen(request: HttpRequest, ticket: str, body: bodies.Reopen) -> HttpResponse:
    return act(request, ticket, body, services.reopen_tickets)


@router.post("/{ticket}/merge", response=schemas.Ticket, summary="It is the same as another")
def merge(request: HttpRequest, ticket: str, body: bodies.Merge) -> HttpResponse:
    into = find.ticket_id(actor_of(request), body.into)
    return act(request, ticket, body, services.merge_tickets, into=into)


@router.post("/{ticket}/unmerge", response=schemas.Ticket, summary="It was not")
def unmerge(request: HttpRequest, ticket: str, body: bodies.Unmerge) -> HttpResponse:
    return act(request, ticket, body, services.unmerge_ticket)


@router.post("/{ticket}/split", response=schemas.Ticket, summary="A message becomes a ticket of its own")
def split(request: HttpRequest, ticket: str, body: bodies.Split) -> HttpResponse:
    """Answers with the new ticket; its clocks start at the message's receipt."""
    actor, at = actor_of(request), received_at(request)
    number = find.ticket_id(actor, ticket)
    return write(
        request,
        lambda: services.split_ticket(
            actor=actor, seen={number: body.version}, from_event=body.from_event, subject=body.subject, at=at
        ),
        lambda made: {**desk.one(actor, made[0], at=at), "split_from": number},
        content=request.body,
    )


@router.post("/{ticket}/link", response=schemas.Ticket, summary="Name what it belongs to")
def link(request: HttpRequest, ticket: str, body: bodies.Link) -> HttpResponse:
    actor = actor_of(request)
    number, target = find.ticket_id(actor, ticket), str(body.target)
    if body.kind == "problem":
        target = cite.problem_number(actor, number, body.target)
    return act(request, str(number), body, services.link_ticket, target=target)
