"""Verbs that restore, resolve, verify, archive and reopen a ticket, and that join and part tickets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tierline.api import schemas
from tierline.api.authentication import actor_of
from tierline.api.tickets import bodies, find
from tierline.api.tickets.act import act, call
from tierline.api.tickets.router import router
from tierline.desk import services


@router.post("/{ticket}/restore", response=schemas.Ticket, summary="The service works again, with evidence")
def restore(request: HttpRequest, ticket: str, body: bodies.Restore) -> HttpResponse:
    return act(request, ticket, "restore", body)


@router.post("/{ticket}/resolve", response=schemas.Ticket, summary="Cause and resolution")
def resolve(request: HttpRequest, ticket: str, body: bodies.Resolve) -> HttpResponse:
    return act(request, ticket, "resolve", body)


@router.post("/{ticket}/rca", response=schemas.Ticket, summary="The report on the root cause of a P1 was issued")
def issue_report(request: HttpRequest, ticket: str, body: bodies.Report) -> HttpResponse:
    return act(request, ticket, "rca", body)


@router.post("/{ticket}/verify", response=schemas.Ticket, summary="The requester, or evidence, says that it works")
def verify(request: HttpRequest, ticket: str, body: bodies.Verify) -> HttpResponse:
    return act(request, ticket, "verify", body)


@router.post("/{ticket}/archive", response=schemas.Ticket, summary="The knowledge decision")
def archive(request: HttpRequest, ticket: str, body: bodies.Archive) -> HttpResponse:
    return act(request, ticket, "archive", body)


@router.post("/{ticket}/reopen", response=schemas.Ticket, summary="The same issue is back")
def reopen(request: HttpRequest, ticket: str, body: bodies.Reopen) -> HttpResponse:
    return act(request, ticket, "reopen", body)


@router.post("/{ticket}/merge", response=schemas.Ticket, summary="It is the same as another")
def merge(request: HttpRequest, ticket: str, body: bodies.Merge) -> HttpResponse:
    return act(request, ticket, "merge", body)


@router.post("/{ticket}/unmerge", response=schemas.Ticket, summary="It was not")
def unmerge(request: HttpRequest, ticket: str, body: bodies.Unmerge) -> HttpResponse:
    return act(request, ticket, "unmerge", body)


@router.post("/{ticket}/split", response=schemas.Ticket, summary="A message becomes a ticket of its own")
def split(request: HttpRequest, ticket: str, body: bodies.Split) -> HttpResponse:
    """Answers with the new ticket; its clocks start at the message's receipt."""
    number = find.ticket_id(actor_of(request), ticket)
    told = {"from_event": body.from_event, "subject": body.subject}
    return call(request, number, body, services.split_ticket, split_from=number, **told)


@router.post("/{ticket}/link", response=schemas.Ticket, summary="Name what it belongs to")
def link(request: HttpRequest, ticket: str, body: bodies.Link) -> HttpResponse:
    return act(request, ticket, "link", body)
