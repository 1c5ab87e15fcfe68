"""导入: a file that a manager uploads: looked at by the worker, then brought over by it, both safe to be cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from tierline.audit.operations import Act, record
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.text import clean
from tierline.imports import policies
from tierline.imports.base import Batch, Case, Refused
from tierline.imports.models import ImportFault, ImportRun
from tierline.imports.queries import Export
from tierline.imports.queries.known import known_keys
from tierline.imports.services.bringing import finish_run, import_batch
from tierline.plumbing import clock, jobs, store, tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.rows import insert
from tierline.plumbing.service import service

UPLOADED, CHECKING, CHECKED, RUNNING, DONE, FAILED = "uploaded", "checking", "checked", "running", "done", "failed"
FILE_LIMIT = 1024**3
# So many refusals of one pass are kept by name; all are counted.
FAULT_LIMIT = 20_000
_BATCH = 500


class NotReady(DomainError):
    """The run is in another state than the one that this needs."""

    code = "import_not_ready"


@service
def add_upload(*, actor: Actor, enterprise_id: int, file: str, sha256: str, at: datetime) -> int:
    """The run's id. The file is in the store already; nothing is read yet."""
    policies.require(actor, enterprise_id)
    run = ImportRun.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        file=clean(file, field="file", limit=4096)[-255:],
        sha256=sha256,
        shape="",
        source="",
        state=UPLOADED,
        started_at=at,
        person_id=actor.person_id,
    )
    record(
        actor, [Act(f"import:{run.id}", "import.uploaded", enterprise_id, {"file": run.file, "sha256": sha256})], at=at
    )
    return int(run.id)


@service
def check_upload(
    *,
    actor: Actor,
    enterprise_id: int,
    run_id: int,
    shape: str,
    source: str,
    mapping: Mapping[str, Any] | None,
    at: datetime,
) -> None:
    """Have the worker read the whole file as it would be brought over. Nothing of it is written."""
    policies.require(actor, enterprise_id)
    run = _locked(enterprise_id, run_id, UPLOADED, CHECKED, FAILED)
    whose = clean(source or shape, field="source", limit=40).strip()
    _begin_pass(run, CHECKING, shape=shape, source=whose, mapping=dict(mapping) if mapping is not None else None)
    jobs.defer(check_file, provider_id=run.provider_id, enterprise_id=enterprise_id, run_id=run.id)


@service
def begin_upload(*, actor: Actor, enterprise_id: int, run_id: int, at: datetime) -> None:
    """Bring over what was looked at. Also takes up a run that was interrupted. Raises NotReady before the look."""
    policies.require(actor, enterprise_id)
    run = _locked(enterprise_id, run_id, CHECKED, "interrupted", DONE)
    ImportRun.objects.filter(enterprise_id=enterprise_id, source=run.source, state=RUNNING).update(state="interrupted")
    _begin_pass(run, RUNNING)
    facts = {"file": run.file, "sha256": run.sha256, "shape": run.shape, "source": run.source}
    record(actor, [Act(f"import:{run.id}", "import.started", enterprise_id, facts)], at=at)
    jobs.defer(bring_file, provider_id=run.provider_id, enterprise_id=enterprise_id, run_id=run.id)


def check_file(*, provider_id: int, enterprise_id: int, run_id: int) -> None:
    """The worker's look: counts, and every refusal by name."""
    actor = system(provider_id, (enterprise_id,))
    run = _read(actor, run_id)
    if run.state != CHECKING:
        return
    scope: dict[str, Any] = {"actor": actor, "enterprise_id": enterprise_id, "run_id": run_id}
    try:
        export = _export(run)
        for told in _looked(actor, run, export):
            _took(**scope, attempt=run.attempt, told=told)
    except DomainError as refused:
        _ended(**scope, state=FAILED, why=refused)
    else:
        _ended(**scope, state=CHECKED, figures=export.figures())


def bring_file(*, provider_id: int, enterprise_id: int, run_id: int) -> None:
    """The worker's run. Cut off and begun again, it passes over what is there."""
    actor = system(provider_id, (enterprise_id,))
    run = _read(actor, run_id)
    if run.state != RUNNING:
        return
    scope: dict[str, Any] = {"actor": actor, "enterprise_id": enterprise_id, "run_id": run_id}
    try:
        remaining = iter(_export(run))
        while part := list(islice(remaining, _BATCH)):
            told = import_batch(**scope, cases=part, at=clock.now())
            if told.refused:
                _name_faults(**scope, attempt=run.attempt, told=told)
            if _read(actor, run_id).state != RUNNING:
                return
    except DomainError as refused:
        _ended(**scope, state=FAILED, why=refused)
    else:
        finish_run(**scope, at=clock.now())


def _looked(actor: Actor, run: ImportRun, export: Export) -> Iterator[Batch]:
    remaining = iter(export)
    while part := list(islice(remaining, _BATCH * 4)):
        read = [case.key for case in part if isinstance(case, Case)]
        with tenancy.reading(actor):
            there = len(known_keys(run.enterprise_id, run.source, read))
        refused = [case for case in part if isinstance(case, Refused)]
        yield Batch(len(part), len(read) - there, there, refused)


@service
def _took(*, actor: Actor, enterprise_id: int, run_id: int, attempt: int, told: Batch) -> None:
    run = ImportRun.objects.select_for_update().get(id=run_id)
    for name in ("cases", "opened", "already_there"):
        setattr(run, name, getattr(run, name) + getattr(told, name))
    run.refused += len(told.refused)
    run.save(update_fields=["cases", "opened", "already_there", "refused"])
    _keep_faults(run, attempt, told)


@service
def _name_faults(*, actor: Actor, enterprise_id: int, run_id: int, attempt: int, told: Batch) -> None:
    _keep_faults(ImportRun.objects.get(id=run_id), attempt, told)


def _keep_faults(run: ImportRun, attempt: int, told: Batch) -> None:
    left = FAULT_LIMIT - ImportFault.objects.filter(run_id=run.id, attempt=attempt).count() if told.refused else 0
    rows = [
        ImportFault(
            provider_id=run.provider_id,
            enterprise_id=run.enterprise_id,
            run_id=run.id,
            attempt=attempt,
            key=refused.key[:200].replace("\x00", ""),
            code=refused.error.code,
            facts={name: str(value)[:200].replace("\x00", "") for name, value in refused.error.facts.items()},
        )
        for refused in told.refused[: max(left, 0)]
    ]
    if rows:
        insert(rows)


@service
def _ended(
    *,
    actor: Actor,
    enterprise_id: int,
    run_id: int,
    state: str,
    figures: Mapping[str, Any] | None = None,
    why: DomainError | None = None,
) -> None:
    told: dict[str, Any] = {"figures": dict(figures)} if figures is not None else {}
    if why is not None:
        told["why"] = {"code": why.code, "facts": {name: str(value)[:200] for name, value in why.facts.items()}}
    ImportRun.objects.filter(id=run_id).update(state=state, told=told, finished_at=clock.now())


def _begin_pass(run: ImportRun, state: str, **fields: Any) -> None:
    fields |= {"state": state, "attempt": run.attempt + 1, "told": {}, "finished_at": None}
    counters = dict.fromkeys(("cases", "opened", "already_there", "refused"), 0)
    ImportRun.objects.filter(id=run.id).update(**fields, **counters)


def _locked(enterprise_id: int, run_id: int, *states: str) -> ImportRun:
    run: ImportRun | None = ImportRun.objects.select_for_update().filter(enterprise_id=enterprise_id, id=run_id).first()
    if run is None:
        raise NotFound(what="import", id=run_id)
    if run.state not in states:
        raise NotReady(state=run.state)
    return run


def _read(actor: Actor, run_id: int) -> ImportRun:
    with tenancy.reading(actor):
        found: ImportRun | None = ImportRun.objects.filter(id=run_id).first()
    if found is None:
        raise NotFound(what="import", id=run_id)
    return found


def _export(run: ImportRun) -> Export:
    """Raises UnreadableExport."""
    path: Path = store.path(run.sha256)
    if not path.exists():
        raise Invalid(field="file", value=run.file)
    return Export(path, at=clock.now(), shape=run.shape, mapping=run.mapping)
