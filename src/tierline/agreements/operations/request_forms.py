"""What a service asks for, written inside another's transaction: drafted, published as a version, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tierline.agreements.models import RequestForm, RequestFormVersion
from tierline.agreements.operations.rows import insert, service_of
from tierline.audit.operations import Act, record
from tierline.domain import forms
from tierline.domain.errors import NotFound, StaleVersion
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction


def save_form_draft(
    *, actor: Actor, enterprise_id: int, service_id: int, body: Mapping[str, Any], seen_version: int, at: datetime
) -> int:
    """The draft's version. It may have faults: only publishing refuses them. ``seen_version`` 0: there was none.

    Raises StaleVersion when somebody else changed it in between.
    """
    require_transaction()
    service = service_of(enterprise_id, service_id)
    fields = {"body": dict(body), "author_id": actor.person_id, "changed_at": at}
    rows = RequestForm.objects.filter(service_id=service.id)
    if seen_version == 0 and not rows.exists():
        row = RequestForm(provider_id=actor.provider_id, enterprise_id=enterprise_id, service_id=service.id, **fields)
        insert([row], what="request_form", codes=[service.code])
        version = 1
    else:
        version = seen_version + 1
        if not rows.filter(version=seen_version).update(version=version, **fields):
            raise StaleVersion(what="request_form", id=service.id, seen=seen_version)
    _record(actor, enterprise_id, service.id, "form.drafted", {"draft": version}, at)
    return version


def drop_form_draft(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    require_transaction()
    row = _draft(enterprise_id, service_id)
    RequestForm.objects.filter(id=row.id).update(body=None, version=row.version + 1, changed_at=at)
    _record(actor, enterprise_id, service_id, "form.draft_dropped", {"draft": row.version}, at)


def publish_form(*, actor: Actor, enterprise_id: int, service_id: int, seen_version: int, at: datetime) -> int:
    """The number of the version that the draft became. Raises InvalidForm, StaleVersion, NotFound without a draft."""
    require_transaction()
    row = _draft(enterprise_id, service_id)
    if row.version != seen_version:
        raise StaleVersion(what="request_form", id=service_id, seen=seen_version)
    forms.parse(row.body or {})
    newest = RequestFormVersion.objects.filter(service_id=service_id).order_by("-number").first()
    made = RequestFormVersion(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        service_id=service_id,
        number=newest.number + 1 if newest else 1,
        body=row.body,
        author_id=actor.person_id,
        published_at=at,
    )
    insert([made], what="request_form", codes=[str(made.number)])
    RequestForm.objects.filter(id=row.id).update(body=None, version=row.version + 1, changed_at=at)
    _record(actor, enterprise_id, service_id, "form.published", {"version": made.number}, at)
    return int(made.number)


def _draft(enterprise_id: int, service_id: int) -> RequestForm:
    service_of(enterprise_id, service_id)
    row: RequestForm | None = (
        RequestForm.objects.select_for_update().filter(service_id=service_id).exclude(body=None).first()
    )
    if row is None:
        raise NotFound(what="request_form", id=service_id)
    return row


def _record(
    actor: Actor, enterprise_id: int, service_id: int, action: str, facts: Mapping[str, Any], at: datetime
) -> None:
    record(actor, [Act(f"service:{service_id}", action, enterprise_id, dict(facts))], at=at)
