"""Bringing cases over: in batches, each whole or not at all, and each case once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import F

from tierline.audit.operations import Act, record
from tierline.desk import operations as desk
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.text import clean
from tierline.imports import policies
from tierline.imports.admission import party
from tierline.imports.base import Batch, Case, Refused, Step
from tierline.imports.models import ImportedCase, ImportRun
from tierline.imports.queries.known import known_keys
from tierline.plumbing.actor import SYSTEM, Actor
from tierline.plumbing.rows import insert
from tierline.plumbing.service import service

BATCH = 500
_SOURCE_LIMIT = 40


@service
def start_run(
    *,
    actor: Actor,
    enterprise_id: int,
    file: str,
    sha256: str,
    shape: str,
    at: datetime,
    source: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> int:
    """The run's id. ``source`` is whose keys these are, the shape's name where nothing is said.

    A run of the same source that never ended is over now: what it had brought is there, the rest comes with this one.
    """
    policies.require(actor, enterprise_id)
    whose = clean(source or shape, field="source", limit=_SOURCE_LIMIT).strip()
    ImportRun.objects.filter(enterprise_id=enterprise_id, source=whose, state="running").update(state="interrupted")
    run = ImportRun.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        file=clean(file, field="file", limit=4096)[-255:],
        sha256=sha256,
        shape=shape,
        source=whose,
        mapping=mapping,
        state="running",
        started_at=at,
    )
    facts = {"file": run.file, "sha256": sha256, "shape": shape, "source": whose}
    record(actor, [Act(f"import:{run.id}", "import.started", enterprise_id, facts)], at=at)
    return int(run.id)


def import_cases(
    *, actor: Actor, enterprise_id: int, run: int, cases: Iterable[Case | Refused], at: datetime, batch: int = BATCH
) -> Iterator[Batch]:
    """Bring the cases over, ``batch`` at a time; each Batch that is yielded is durable.

    Cases that are there already are passed over, so a run that was cut off is done by running it again. A case that
    is refused is named with its reason and stops no other.
    """
    remaining = iter(cases)
    while part := list(islice(remaining, batch)):
        yield import_batch(actor=actor, enterprise_id=enterprise_id, run_id=run, cases=part, at=at)
    finish_run(actor=actor, enterprise_id=enterprise_id, run_id=run, at=at)


@service
def import_batch(
    *, actor: Actor, enterprise_id: int, run_id: int, cases: Sequence[Case | Refused], at: datetime
) -> Batch:
    policies.require(actor, enterprise_id)
    run = _run(enterprise_id, run_id)
    _one_at_a_time(run)
    read = {case.key: case for case in cases if isinstance(case, Case)}
    known = known_keys(enterprise_id, run.source, read)
    fresh = [case for key, case in read.items() if key not in known]
    refused = [case for case in cases if isinstance(case, Refused)]
    opened = 0
    for case, made in zip(fresh, _opened(actor, run, fresh, at), strict=True):
        if isinstance(made, DomainError):
            refused.append(Refused(case.key, made))
        else:
            opened += 1
    told = Batch(cases=len(cases), opened=opened, already_there=len(cases) - opened - len(refused), refused=refused)
    ImportRun.objects.filter(id=run.id).update(
        cases=F("cases") + told.cases,
        opened=F("opened") + told.opened,
        already_there=F("already_there") + told.already_there,
        refused=F("refused") + len(told.refused),
    )
    return told


@service
def finish_run(*, actor: Actor, enterprise_id: int, run_id: int, at: datetime) -> None:
    policies.require(actor, enterprise_id)
    run = _run(enterprise_id, run_id)
    ImportRun.objects.filter(id=run.id).update(state="done", finished_at=at)
    facts = {"cases": run.cases, "opened": run.opened, "already_there": run.already_there, "refused": run.refused}
    record(actor, [Act(f"import:{run.id}", "import.finished", enterprise_id, facts)], at=at)


def _run(enterprise_id: int, run_id: int) -> ImportRun:
    found: ImportRun | None = ImportRun.objects.filter(enterprise_id=enterprise_id, id=run_id).first()
    if found is None:
        raise NotFound(what="import", id=run_id)
    return found


def _one_at_a_time(run: ImportRun) -> None:
    """Two imports of one source into one enterprise take turns, so neither meets half of the other's batch."""
    with connection.cursor() as cursor:
        name = f"import:{run.enterprise_id}:{run.source}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _opened(actor: Actor, run: ImportRun, fresh: Sequence[Case], at: datetime) -> Sequence[Any]:
    """A ticket or a refusal for each. Who may import need not be one who may open tickets: the product opens them."""
    if not fresh:
        return []
    product = replace(actor, role=SYSTEM, channel="import")
    items = [_item(run.enterprise_id, case) for case in fresh]
    made = desk.open_tickets(actor=product, items=items, at=at, is_quiet=True)
    insert(
        [
            ImportedCase(
                provider_id=run.provider_id,
                enterprise_id=run.enterprise_id,
                run_id=run.id,
                source=run.source,
                key=case.key,
                ticket_id=ticket.id,
            )
            for case, ticket in zip(fresh, made, strict=True)
            if not isinstance(ticket, DomainError)
        ]
    )
    return made


def _item(enterprise_id: int, case: Case) -> desk.NewTicket:
    address, name = party(case.requester)
    impact, urgency = case.stated
    return desk.NewTicket(
        enterprise_id=enterprise_id,
        text=case.text,
        subject=case.subject,
        requester_email=address,
        requester_name=name,
        impact=impact,
        urgency=urgency,
        channel="import",
        opened_at=case.opened_at,
        then=[_draft(step) for step in case.steps],
        is_imported=True,
    )


def _draft(step: Step) -> desk.Draft:
    """What the requester did is of the command's author, who is the requester; who of the staff acted is not known."""
    role = "" if step.by == "requester" else step.by
    return desk.Draft(step.type, step.payload, step.words, audience=step.audience, occurred_at=step.at, role=role)
