"""导入: runs of the reach, a new one from a file, its mapping, its dry run, its progress and what was refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError, NotAllowed
from tierline.imports import policies, services
from tierline.imports.forms import TABLE, MappingForm, UploadForm, initial
from tierline.imports.queries import runs as known
from tierline.imports.queries.runs import FaultRow, RunRow
from tierline.plumbing import store, tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import fault_wording, status_of, wording

_SHOWN = 20
OPEN = (services.CHECKING, services.RUNNING)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    actor = _importer(request)
    with tenancy.reading(actor):
        rows = known.runs(actor.enterprises)
        people = accounts.people(r.person_id for r in rows)
        houses = {e.id: e for e in accounts.enterprises()}
    return _page(request, "imports/overview.html", {"runs": rows, "people": people, "houses": houses})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = _importer(request)
    with tenancy.reading(actor):
        houses = [(e.id, e.name) for e in accounts.enterprises() if e.id in actor.enterprises]
    form = UploadForm(request.POST or None, request.FILES or None, enterprises=houses)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            stored = store.put(file.chunks(), limit=services.FILE_LIMIT)
            run_id = services.add_upload(
                actor=actor,
                enterprise_id=form.cleaned_data["enterprise"],
                file=file.name,
                sha256=stored.sha256,
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            form.add_error(None, wording(refused))
            status = status_of(refused)
        else:
            return redirect(reverse("import", args=[run_id]))
    return _page(request, "imports/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """``?part=progress`` is what changes while the worker is at it. A POST has the file looked at with this mapping."""
    actor, row, house = _found(request, run_id)
    if request.GET.get("part") == "progress":
        return _page(request, "imports/_progress.html", _shown(actor, row, house))
    refusal, status, form, look = "", 200, None, None
    if row.state in (services.UPLOADED, services.CHECKED, services.FAILED):
        try:
            look = known.look(row.sha256)
            form = _form(request, row, look, house.zone)
        except (DomainError, OSError) as unreadable:
            refusal = wording(unreadable) if isinstance(unreadable, DomainError) else gettext("page.imports.file_gone")
    if request.method == "POST" and form is not None:
        status = 422
        if form.is_valid():
            try:
                services.check_upload(
                    actor=actor,
                    enterprise_id=row.enterprise_id,
                    run_id=row.id,
                    shape=form.cleaned_data["shape"],
                    source=form.cleaned_data["source"],
                    mapping=form.mapping(),
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                form.add_error(None, wording(refused))
                status = status_of(refused)
            else:
                return redirect(reverse("import", args=[row.id]))
    shown = {**_shown(actor, row, house), "form": form, "look": look, "refusal": refusal}
    return _page(request, "imports/run.html", shown, status=status)


@require_POST
def begin(request: HttpRequest, run_id: int) -> HttpResponse:
    actor, row, _ = _found(request, run_id)
    at = request.received_at  # type: ignore[attr-defined]
    services.begin_upload(actor=actor, enterprise_id=row.enterprise_id, run_id=row.id, at=at)
    return redirect(reverse("import", args=[row.id]))


@require_safe
def errors(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Every refusal of the newest pass as a table that spreadsheets open; cells that would calculate are kept words."""
    actor, row, _ = _found(request, run_id)

    def lines() -> Iterator[bytes]:
        yield "\ufeff".encode()
        yield _line([gettext("page.imports.key"), gettext("page.imports.code"), gettext("page.imports.reason")])
        with tenancy.reading(actor):
            for fault in known.faults(row.id, row.attempt):
                yield _line([fault.key, fault.code, _said(fault)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{row.id}-errors.csv"'
    return response


def _form(request: HttpRequest, row: RunRow, look: known.Look, zone: str) -> MappingForm:
    before = row.mapping if row.mapping is not None else look.guess
    start = initial(before, shape=row.shape or look.shape or TABLE, source=row.source, zone=zone)
    return MappingForm(request.POST or None, header=look.header, initial=start)


def _shown(actor: Actor, row: RunRow, house: Any) -> dict[str, Any]:
    with tenancy.reading(actor):
        faults = list(known.faults(row.id, row.attempt, limit=_SHOWN))
    why = row.told.get("why")
    return {
        "run": row,
        "house": house,
        "is_open": row.state in OPEN,
        "faults": [(f.key, _said(f)) for f in faults],
        "why": fault_wording({**why["facts"], "code": why["code"]}) if why else "",
        "more": max(0, row.refused - len(faults)),
    }


def _said(fault: FaultRow) -> str:
    """The reason, and the value that it is about where there is one."""
    reason = fault_wording({**fault.facts, "code": fault.code})
    return f"{reason} · {fault.facts['value']}" if fault.facts.get("value") else reason


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{c}" if c[:1] in "=+-@\t\r" else c for c in cells])
    return out.getvalue().encode()


def _importer(request: HttpRequest) -> Actor:
    """Raises NotAllowed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in policies.GRANTS["ticket.import"] or not actor.enterprises:
        raise NotAllowed(right="ticket.import", role=actor.role)
    return actor


def _found(request: HttpRequest, run_id: int) -> tuple[Actor, RunRow, Any]:
    actor = _importer(request)
    with tenancy.reading(actor):
        row = known.run(run_id)
        return actor, row, accounts.enterprise(row.enterprise_id)


def _page(request: HttpRequest, template: str, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {"section": "imports", **shown}, status=status)
