"""跨部门任务: asking another department, with a clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from tierline.desk.models import Task, Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.text import clean
from tierline.plumbing.actor import DEPARTMENT, Actor
from tierline.plumbing.service import service

_LONGEST = 60 * 24 * 365


class TaskFinished(DomainError):
    code = "task_finished"


@service
def open_task(
    *,
    actor: Actor,
    seen: Seen,
    department: str,
    title: str,
    at: datetime,
    due_in_minutes: int | None = None,
    blocking: bool = False,
) -> list[Ticket]:
    """Ask a department for something. A blocking task keeps the ticket from being resolved."""
    name = clean(department, field="department", limit=60).strip()
    asked = clean(title, field="title", limit=500).strip()
    if due_in_minutes is not None and not 0 < due_in_minutes <= _LONGEST:
        raise Invalid(field="due_in_minutes", value=due_in_minutes, allowed=f"1..{_LONGEST}")
    due_at = at + timedelta(minutes=due_in_minutes) if due_in_minutes is not None else None
    tickets = load(actor, seen, "task", Move.TASK)
    tasks = {t.id: _task(actor, t, name, asked, due_at, blocking, at) for t in tickets}
    Task.objects.bulk_create(tasks.values())
    return each(
        actor,
        tickets,
        "task",
        lambda t: [
            Draft(
                "task_opened",
                {"task": tasks[t.id].number, "department": name, "due_at": due_at, "blocking": blocking},
                {"title": asked},
            )
        ],
        at=at,
    )


@service
def finish_task(*, actor: Actor, seen: Seen, number: int, result: str, at: datetime) -> list[Ticket]:
    """The department (or whoever asked) says what came out."""
    words = clean(result, field="result", limit=20_000)
    tickets = load(actor, seen, "task-finish", Move.NOTE)
    for ticket in tickets:
        task = Task.objects.filter(ticket_id=ticket.id, number=number).first()
        if task is None:
            raise NotFound(what="task", value=number)
        if actor.role == DEPARTMENT and task.department != actor.department:
            raise NotAllowed(right="task.finish", role=actor.role)
        finished = Task.objects.filter(id=task.id, finished_at=None).update(
            finished_at=at, finished_by_id=actor.person_id, result=words
        )
        if not finished:
            raise TaskFinished(task=number, ticket=ticket.number)
    return each(
        actor, tickets, "task-finish", lambda t: [Draft("task_finished", {"task": number}, {"result": words})], at=at
    )


def _task(
    actor: Actor, ticket: Ticket, department: str, title: str, due_at: datetime | None, blocking: bool, at: datetime
) -> Task:
    last = Task.objects.filter(ticket_id=ticket.id).aggregate(last=Max("number"))["last"] or 0
    return Task(
        provider_id=ticket.provider_id,
        enterprise_id=ticket.enterprise_id,
        ticket_id=ticket.id,
        number=last + 1,
        department=department,
        title=title,
        blocking=blocking,
        opened_at=at,
        opened_by_id=actor.person_id,
        due_at=due_at,
    )
