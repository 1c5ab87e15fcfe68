"""What a service asks for: the version that is asked now, those before it, and the draft of the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.agreements.models import RequestForm, RequestFormVersion
from tierline.domain.forms import Form, parse


@dataclass(frozen=True, slots=True)
class FormRow:
    """One published version. ``body`` as it is stored, ``form`` as it is read."""

    id: int
    service_id: int
    number: int
    body: Mapping[str, Any]
    form: Form
    published_at: datetime
    author_id: int | None


@dataclass(frozen=True, slots=True)
class FormDraft:
    """``body`` may have faults. ``version`` is the one to hand back when it is changed, 0 where there is none."""

    body: Mapping[str, Any] | None
    version: int
    author_id: int | None = None
    changed_at: datetime | None = None


def current(service_ids: Iterable[int]) -> Mapping[int, FormRow]:
    """By service, what is asked now; a service that asks nothing is absent. One read."""
    rows = RequestFormVersion.objects.filter(service_id__in=set(service_ids)).order_by("service_id", "-number")
    found = (_row(row) for row in rows.distinct("service_id"))
    return {row.service_id: row for row in found if row.form.fields}


def asked(service_id: int | None) -> FormRow | None:
    """What this service asks now; None for none, and for no service."""
    return current([service_id]).get(service_id) if service_id is not None else None


def forms_by_id(ids: Iterable[int]) -> Mapping[int, FormRow]:
    """Any version: old tickets name theirs."""
    wanted = set(ids)
    rows = RequestFormVersion.objects.filter(id__in=wanted) if wanted else []
    return {row.id: _row(row) for row in rows}


def versions(service_id: int) -> list[FormRow]:
    """Newest first."""
    return [_row(row) for row in RequestFormVersion.objects.filter(service_id=service_id).order_by("-number")]


def draft(service_id: int) -> FormDraft:
    row = RequestForm.objects.filter(service_id=service_id).first()
    return FormDraft(row.body, row.version, row.author_id, row.changed_at) if row is not None else FormDraft(None, 0)


def drafted(service_ids: Iterable[int]) -> set[int]:
    """Those of the services for which a version is being written."""
    rows = RequestForm.objects.filter(service_id__in=set(service_ids)).exclude(body=None)
    return set(rows.values_list("service_id", flat=True))


def _row(row: RequestFormVersion) -> FormRow:
    return FormRow(
        row.id, row.service_id, row.number, row.body, parse(row.body), row.published_at, row.author_id
    )  # fmt: skip
