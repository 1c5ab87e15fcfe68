"""Verbs of the work on a ticket: words, triage, dispatch, waiting, the tiers, other departments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Path

from tierline.api import schemas
from tierline.api.authentication import actor_of
from tierline.api.tickets import bodies, find
from tierline.api.tickets.act import act, call
from tierline.api.tickets.router import router
from tierline.api.values import Id
from tierline.desk import services


@router.post("/{ticket}/replies", response=schemas.Ticket, summary="A public word")
def reply(request: HttpRequest, ticket: str, body: bodies.Reply) -> HttpResponse:
    return act(request, ticket, "replies", body)


@router.post("/{ticket}/notes", response=schemas.Ticket, summary="An internal word")
def note(request: HttpRequest, ticket: str, body: bodies.Note) -> HttpResponse:
    return act(request, ticket, "notes", body)


@router.post("/{ticket}/calls", response=schemas.Ticket, summary="A telephone call with the requester")
def log_call(request: HttpRequest, ticket: str, body: bodies.Call) -> HttpResponse:
    return act(request, ticket, "calls", body)


@router.post("/{ticket}/classify", response=schemas.Ticket, summary="Service and fault class")
def classify(request: HttpRequest, ticket: str, body: bodies.Classify) -> HttpResponse:
    return act(request, ticket, "classify", body)


@router.post("/{ticket}/prioritise", response=schemas.Ticket, summary="Impact x urgency")
def prioritise(request: HttpRequest, ticket: str, body: bodies.Prioritise) -> HttpResponse:
    return act(request, ticket, "prioritise", body)


@router.post("/{ticket}/assign", response=schemas.Ticket, summary="Give it to an engineer")
def assign(request: HttpRequest, ticket: str, body: bodies.Assign) -> HttpResponse:
    return act(request, ticket, "assign", body)


@router.post("/{ticket}/claim", response=schemas.Ticket, summary="Take it oneself")
def claim(request: HttpRequest, ticket: str, body: bodies.Claim) -> HttpResponse:
    return act(request, ticket, "claim", body)


@router.post("/{ticket}/wait", response=schemas.Ticket, summary="Pause, with a reason")
def wait(request: HttpRequest, ticket: str, body: bodies.Wait) -> HttpResponse:
    return act(request, ticket, "wait", body)


@router.post("/{ticket}/resume", response=schemas.Ticket, summary="End the pause")
def resume(request: HttpRequest, ticket: str, body: bodies.Resume) -> HttpResponse:
    return act(request, ticket, "resume", body)


@router.post("/{ticket}/escalate", response=schemas.Ticket, summary="Offer it to L2 or L3, with a complete package")
def escalate(request: HttpRequest, ticket: str, body: bodies.Escalate) -> HttpResponse:
    return act(request, ticket, "escalate", body)


@router.post("/{ticket}/accept", response=schemas.Ticket, summary="The receiving tier takes it over")
def accept(request: HttpRequest, ticket: str, body: bodies.Accept) -> HttpResponse:
    return act(request, ticket, "accept", body)


@router.post("/{ticket}/hand-back", response=schemas.Ticket, summary="Return it to the tier that sent it")
def hand_back(request: HttpRequest, ticket: str, body: bodies.HandBack) -> HttpResponse:
    return act(request, ticket, "hand-back", body)


@router.post("/{ticket}/tasks", response=schemas.Ticket, summary="Ask another department or a supplier")
def open_task(request: HttpRequest, ticket: str, body: bodies.NewTask) -> HttpResponse:
    return act(request, ticket, "tasks", body)


@router.post("/{ticket}/tasks/{number}/finish", response=schemas.Ticket, summary="What came out of the task")
def finish_task(request: HttpRequest, ticket: str, body: bodies.FinishTask, number: Path[Id]) -> HttpResponse:
    ticket_id = find.ticket_id(actor_of(request), ticket)
    return call(request, ticket_id, body, services.finish_task, number=number, result=body.result)
