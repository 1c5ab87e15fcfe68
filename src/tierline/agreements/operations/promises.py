"""Calendars and agreement versions: published once, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models

from tierline.agreements.models import Agreement, AgreementVersion, CalendarVersion
from tierline.agreements.operations.coverage import check_default_covered
from tierline.agreements.operations.rows import insert
from tierline.audit.operations import Act, record
from tierline.domain.calendars import Calendar, recipe_codec
from tierline.domain.codes import code
from tierline.domain.terms import Ambiguous, Backdated, EndsBeforeItStarts, Terms, check_published
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction


@dataclass(frozen=True, slots=True)
class Wording:
    """One version to be: which agreement, what it promises and when it is in force."""

    code: str
    name_zh: str
    name_en: str
    terms: Mapping[str, Any]
    effective_from: datetime
    effective_to: datetime | None = None


def publish_calendar(*, actor: Actor, enterprise_id: int, code: str, body: Mapping[str, Any], at: datetime) -> int:
    """The next version of a calendar. Raises Invalid for one that no clock could be read with."""
    require_transaction()
    checked = Calendar.from_json(body)
    last = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code).aggregate(n=models.Max("number"))
    number = (last["n"] or 0) + 1
    row = CalendarVersion(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        code=code,
        number=number,
        body={**replace(checked, id=code, version=number).to_json(), **_made_of(body)},
        created_at=at,
    )
    insert([row], what="calendar", codes=[code])
    facts = {"code": code, "number": row.number}
    record(actor, [Act(f"calendar:{row.id}", "calendar.published", enterprise_id, facts)], at=at)
    return row.id


def _made_of(body: Mapping[str, Any]) -> dict[str, Any]:
    return {recipe_codec.KEY: body[recipe_codec.KEY]} if recipe_codec.KEY in body else {}


def publish(*, actor: Actor, enterprise_id: int, wording: Wording, at: datetime) -> int:
    """The next version of the agreement of that code, which is made with its first; the version's id.

    A version begins after the one before it began, so that at every instant one of them holds. Raises
    Ambiguous otherwise, Invalid for terms that no clock can run on.
    """
    require_transaction()
    if wording.effective_to is not None and wording.effective_to <= wording.effective_from:
        raise EndsBeforeItStarts(field="effective_to", version=wording.code)
    checked = Terms.from_json(wording.terms)
    check_published(checked)
    agreement = _agreement(actor, enterprise_id, wording, at)
    last = AgreementVersion.objects.filter(agreement_id=agreement.id).order_by("-number").first()
    if last is not None and wording.effective_from <= last.effective_from:
        raise Ambiguous(field="effective_from", versions=[last.id], from_at=last.effective_from)
    row = AgreementVersion.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        agreement=agreement,
        number=last.number + 1 if last else 1,
        terms=checked.to_json(),
        effective_from=wording.effective_from,
        effective_to=wording.effective_to,
        created_at=at,
    )
    facts = {"version": row.id, "number": row.number, "from": wording.effective_from.isoformat()}
    record(actor, [Act(f"agreement:{agreement.id}", "agreement.published", enterprise_id, facts)], at=at)
    check_default_covered(enterprise_id)
    return row.id


def check_not_backdated(effective_from: datetime, *, at: datetime) -> None:
    """Raises Backdated."""
    if effective_from < at:
        raise Backdated(field="effective_from", value=effective_from.isoformat())


def _agreement(actor: Actor, enterprise_id: int, wording: Wording, at: datetime) -> Agreement:
    word = code(wording.code)
    locked = Agreement.objects.select_for_update().filter(enterprise_id=enterprise_id, code=word).first()
    if locked is not None:
        return locked
    made = named(actor, enterprise_id, wording, at=at)
    insert([made], what="agreement", codes=[word])
    return made


def named(actor: Actor, enterprise_id: int, wording: Wording, *, at: datetime) -> Agreement:
    """An agreement's row that is not stored yet."""
    return Agreement(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        code=code(wording.code),
        name_zh=clean(wording.name_zh, field="name_zh", limit=200),
        name_en=clean(wording.name_en, field="name_en", limit=200),
        created_at=at,
    )
