"""Verbs of the work on a ticket: words, triage, dispatch, waiting, the tiers, other departments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Path

from tierline.api import schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.tickets import bodies, find
from tierline.api.tickets.act import act
from tierline.api.tickets.router import router
from tierline.desk import services


@router.post("/{ticket}/replies", response=schemas.Ticket, summary="A public word")
def reply(request: HttpRequest, ticket: str, body: bodies.Reply) -> HttpResponse:
    return act(request, ticket, body, services.reply_to_tickets)


@router.post("/{ticket}/notes", response=schemas.Ticket, summary="An internal word")
def note(request: HttpRequest, ticket: str, body: bodies.Note) -> HttpResponse:
    return act(request, ticket, body, services.note_on_tickets)


@router.post("/{ticket}/classify", response=schemas.Ticket, summary="Service and fault class")
def classify(request: HttpRequest, ticket: str, body: bodies.Classify) -> HttpResponse:
    return act(request, ticket, body, services.classify_tickets)


@router.post("/{ticket}/prioritise", response=schemas.Ticket, summary="Impact x urgency")
def prioritise(request: HttpRequest, ticket: str, body: bodies.Prioritise) -> HttpResponse:
    return act(request, ticket, body, services.prioritise_tickets)


@router.post("/{ticket}/assign", response=schemas.Ticket, summary="Give it to an engineer")
def assign(request: HttpRequest, ticket: str, body: bodies.Assign) -> HttpResponse:
    actor = actor_of(request)
    number = find.ticket_id(actor, ticket)
    person = find.assignee_id(actor, number, body.assignee, at=received_at(request))
    seen = bodies.Versioned(version=body.version)
    return act(request, str(number), seen, services.assign_tickets, assignee_id=person)


@router.post("/{ticket}/claim", response=schemas.Ticket, summary="Take it oneself")
def claim(request: HttpRequest, ticket: str, body: bodies.Claim) -> HttpResponse:
    return act(request, ticket, body, services.claim_tickets)


@router.post("/{ticket}/wait", response=schemas.Ticket, summary="Pause, with a reason")
def wait(request: HttpRequest, ticket: str, body: bodies.Wait) -> HttpResponse:
    return act(request, ticket, body, services.wait_tickets)


@router.post("/{ticket}/resume", response=schemas.Ticket, summary="End the pause")
def resume(request: HttpRequest, ticket: str, body: bodies.Resume) -> HttpResponse:
    return act(request, ticket, body, services.resume_tickets)


@router.post("/{ticket}/escalate", response=schemas.Ticket, summary="Offer it to L2 or L3, with a complete package")
def escalate(request: HttpRequest, ticket: str, body: bodies.Escalate) -> HttpResponse:
    package = body.package.model_dump(exclude_unset=True) if body.package else None
    return act(request, ticket, body, services.escalate_ticket, package=package)


@router.post("/{ticket}/accept", response=schemas.Ticket, summary="The receiving tier takes it over")
def accept(request: HttpRequest, ticket: str, body: bodies.Accept) -> HttpResponse:
    return act(request, ticket, body, services.accept_tickets)


@router.post("/{ticket}/hand-back", response=schemas.Ticket, summary="Return it to the tier that sent it")
def hand_back(request: HttpRequest, ticket: str, body: bodies.HandBack) -> HttpResponse:
    return act(request, ticket, body, services.hand_back_ticket)


@router.post("/{ticket}/tasks", response=schemas.Ticket, summary="Ask another department")
def open_task(request: HttpRequest, ticket: str, body: bodies.NewTask) -> HttpResponse:
    return act(request, ticket, body, services.open_task)


@router.post("/{ticket}/tasks/{number}/finish", response=schemas.Ticket, summary="What came out of the task")
def finish_task(request: HttpRequest, ticket: str, body: bodies.FinishTask, number: Path[int]) -> HttpResponse:
    return act(request, ticket, body, services.finish_task, number=number)
