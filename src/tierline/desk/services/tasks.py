"""跨部门任务: asking another department or a supplier, with a clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from tierline.agreements.queries import drafts, shelf
from tierline.desk.models import Task, Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.redaction import redacted
from tierline.domain.text import clean
from tierline.plumbing.actor import DEPARTMENT, Actor
from tierline.plumbing.service import service

TITLE_LIMIT = 500
_LONGEST = 60 * 24 * 365


class TaskFinished(DomainError):
    code = "task_finished"


@service
def open_task(
    *,
    actor: Actor,
    seen: Seen,
    title: str,
    at: datetime,
    department: str = "",
    supplier: str = "",
    due_in_minutes: int | None = None,
    blocking: bool = False,
) -> list[Ticket]:
    """Ask a department or one of the enterprise's suppliers, by its code, for something.

    A blocking task keeps the ticket from being resolved. Raises NotFound for a supplier that is not there.
    """
    party = _party(department, supplier)
    asked = clean(title, field="title", limit=TITLE_LIMIT).strip()
    if due_in_minutes is not None and not 0 < due_in_minutes <= _LONGEST:
        raise Invalid(field="due_in_minutes", value=due_in_minutes, allowed=f"1..{_LONGEST}")
    due_at = at + timedelta(minutes=due_in_minutes) if due_in_minutes is not None else None
    tickets = load(actor, seen, "task", Move.TASK)
    for ticket in tickets:
        _require_supplier(ticket, party.get("supplier"))
    tasks = {t.id: _task(actor, t, party, asked, due_at, blocking, at) for t in tickets}
    Task.objects.bulk_create(tasks.values())
    return each(
        actor,
        tickets,
        "task",
        lambda t: [
            Draft(
                "task_opened",
                {"task": tasks[t.id].number, **party, "due_at": due_at, "blocking": blocking},
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
        if actor.role == DEPARTMENT and (task.supplier or task.department != actor.department):
            raise NotAllowed(right="task.finish", role=actor.role)
        finished = Task.objects.filter(id=task.id, finished_at=None).update(
            finished_at=at, finished_by_id=actor.person_id, result=redacted(words)
        )
        if not finished:
            raise TaskFinished(task=number, ticket=ticket.number)
    return each(
        actor, tickets, "task-finish", lambda t: [Draft("task_finished", {"task": number}, {"result": words})], at=at
    )


def _party(department: str, supplier: str) -> dict[str, str]:
    """Who was asked, under the name that the event gives it."""
    if supplier.strip():
        if department.strip():
            raise Invalid(field="supplier", value=supplier)
        return {"supplier": clean(supplier, field="supplier", limit=60).strip()}
    return {"department": clean(department, field="department", limit=60).strip()}


def _require_supplier(ticket: Ticket, code: str | None) -> None:
    known = shelf.parties(ticket.enterprise_id, drafts.SUPPLIER) if code is not None else []
    if code is not None and not any(p.code == code and p.is_active for p in known):
        raise NotFound(what="party", value=code)


def _task(
    actor: Actor,
    ticket: Ticket,
    party: Mapping[str, str],
    title: str,
    due_at: datetime | None,
    blocking: bool,
    at: datetime,
) -> Task:
    last = Task.objects.filter(ticket_id=ticket.id).aggregate(last=Max("number"))["last"] or 0
    return Task(
        provider_id=ticket.provider_id,
        enterprise_id=ticket.enterprise_id,
        ticket_id=ticket.id,
        number=last + 1,
        **party,
        title=redacted(title)[:TITLE_LIMIT],
        blocking=blocking,
        opened_at=at,
        opened_by_id=actor.person_id,
        due_at=due_at,
    )
