"""Verbs of the agreements room: catalogue, promises, entitlements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tierline.agreements import operations, policies
from tierline.agreements.operations import (
    Drafted,
    NewContract,
    NewFaultClass,
    NewParty,
    NewService,
    Saved,
    Week,
    Whom,
    Wording,
)
from tierline.domain.calendars import Day, Source
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def set_up_enterprise(
    *, actor: Actor, enterprise_id: int, zone: str, at: datetime, years: Iterable[int] | None = None
) -> int:
    """The shipped catalogue, calendars and promises of a new enterprise; the agreement version's id."""
    policies.require(actor, "agreement.publish", enterprise_id)
    return operations.set_up_enterprise(actor=actor, enterprise_id=enterprise_id, zone=zone, at=at, years=years)


@service
def add_services(*, actor: Actor, enterprise_id: int, rows: Sequence[NewService], at: datetime) -> list[int]:
    """Raises AlreadyThere when one of the codes is in the catalogue; then none of them is added."""
    policies.require(actor, "catalogue.change", enterprise_id)
    return operations.add_services(actor=actor, enterprise_id=enterprise_id, rows=rows, at=at)


@service
def add_service(*, actor: Actor, enterprise_id: int, row: NewService, at: datetime) -> int:
    policies.require(actor, "catalogue.change", enterprise_id)
    return operations.add_services(actor=actor, enterprise_id=enterprise_id, rows=[row], at=at)[0]


@service
def retire_service(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    """Nobody can ask for it any more; old tickets keep its name."""
    policies.require(actor, "catalogue.change", enterprise_id)
    operations.retire_service(actor=actor, enterprise_id=enterprise_id, service_id=service_id, at=at)


@service
def add_fault_classes(
    *, actor: Actor, enterprise_id: int, service_id: int, rows: Sequence[NewFaultClass], at: datetime
) -> list[int]:
    policies.require(actor, "catalogue.change", enterprise_id)
    return operations.add_fault_classes(
        actor=actor, enterprise_id=enterprise_id, service_id=service_id, rows=rows, at=at
    )


@service
def publish_agreement(*, actor: Actor, enterprise_id: int, wording: Wording, at: datetime) -> int:
    """A new version, in force from ``wording.effective_from``, never from before ``at``.

    Raises Backdated, Ambiguous when it would not begin after the version before it, CoverageEnds, Invalid for terms
    that no clock can run on.
    """
    policies.require(actor, "agreement.publish", enterprise_id)
    operations.check_not_backdated(wording.effective_from, at=at)
    return operations.publish(actor=actor, enterprise_id=enterprise_id, wording=wording, at=at)


@service
def entitle(
    *,
    actor: Actor,
    enterprise_id: int,
    agreement: str,
    whom: Sequence[Whom],
    starts_at: datetime,
    at: datetime,
    ends_at: datetime | None = None,
    replaces: bool = False,
) -> list[int]:
    """Raises Ambiguous, CoverageEnds, NotFound, Invalid; then nobody is entitled."""
    policies.require(actor, "agreement.entitle", enterprise_id)
    return operations.entitle(
        actor=actor,
        enterprise_id=enterprise_id,
        agreement=agreement,
        whom=whom,
        starts_at=starts_at,
        ends_at=ends_at,
        replaces=replaces,
        at=at,
    )


@service
def end_entitlement(*, actor: Actor, enterprise_id: int, entitlement_id: int, ends_at: datetime, at: datetime) -> None:
    policies.require(actor, "agreement.entitle", enterprise_id)
    operations.end_entitlement(
        actor=actor, enterprise_id=enterprise_id, entitlement_id=entitlement_id, ends_at=ends_at, at=at
    )


@service
def save_calendar(
    *, actor: Actor, enterprise_id: int, code: str, week: Week, seen: int, carries: bool, at: datetime
) -> Saved:
    """The next version of a calendar's week and settings; ``seen`` is the version looked at, 0 for a new calendar.

    ``carries`` also puts it into force, from ``at``, in the agreements that count on it. Raises StaleVersion,
    AlreadyThere, NeverOpens, Invalid and its kinds; then nothing is saved.
    """
    policies.require(actor, "calendar.change", enterprise_id)
    return operations.save_week(
        actor=actor, enterprise_id=enterprise_id, code=code, week=week, seen=seen, carries=carries, at=at
    )


@service
def import_holidays(
    *,
    actor: Actor,
    enterprise_id: int,
    code: str,
    source: Source,
    years: Sequence[int],
    seen: int,
    carries: bool,
    at: datetime,
) -> Saved:
    """Years of a maintained holiday package. Raises YearUnpublished, UnknownSource, NoWorkday, StaleVersion."""
    policies.require(actor, "calendar.change", enterprise_id)
    return operations.import_holidays(
        actor=actor,
        enterprise_id=enterprise_id,
        code=code,
        source=source,
        years=list(years),
        seen=seen,
        carries=carries,
        at=at,
    )


@service
def change_calendar_days(
    *,
    actor: Actor,
    enterprise_id: int,
    code: str,
    days: Mapping[date, Day | None],
    seen: int,
    carries: bool,
    at: datetime,
) -> Saved:
    """A calendar's own exceptions; None takes one back. Raises StaleVersion, Invalid and its kinds."""
    policies.require(actor, "calendar.change", enterprise_id)
    return operations.change_days(
        actor=actor, enterprise_id=enterprise_id, code=code, days=days, seen=seen, carries=carries, at=at
    )


@service
def adopt_calendar(*, actor: Actor, enterprise_id: int, code: str, at: datetime) -> Saved:
    """The newest version into force, from ``at``, in the agreements that run on an earlier one."""
    policies.require(actor, "calendar.change", enterprise_id)
    return operations.adopt(actor=actor, enterprise_id=enterprise_id, code=code, at=at)


@service
def create_agreement(
    *, actor: Actor, enterprise_id: int, code: str, name_zh: str, name_en: str, at: datetime, like: int | None = None
) -> int:
    """An agreement and its first draft, whose id is returned; it promises nothing until that is published."""
    policies.require(actor, "agreement.publish", enterprise_id)
    return operations.create_agreement(
        actor=actor, enterprise_id=enterprise_id, code=code, name_zh=name_zh, name_en=name_en, like=like, at=at
    )


@service
def start_draft(
    *, actor: Actor, enterprise_id: int, agreement_id: int, at: datetime, version_id: int | None = None
) -> int:
    """Raises AlreadyThere while one is being written."""
    policies.require(actor, "agreement.publish", enterprise_id)
    return operations.start_draft(
        actor=actor, enterprise_id=enterprise_id, agreement_id=agreement_id, version_id=version_id, at=at
    )


@service
def save_draft(
    *, actor: Actor, enterprise_id: int, draft_id: int, seen_version: int, drafted: Drafted, at: datetime
) -> None:
    """Raises StaleVersion, and what publishing it would raise."""
    policies.require(actor, "agreement.publish", enterprise_id)
    operations.save_draft(
        actor=actor, enterprise_id=enterprise_id, draft_id=draft_id, seen_version=seen_version, drafted=drafted, at=at
    )


@service
def drop_draft(*, actor: Actor, enterprise_id: int, draft_id: int, at: datetime) -> None:
    policies.require(actor, "agreement.publish", enterprise_id)
    operations.drop_draft(actor=actor, enterprise_id=enterprise_id, draft_id=draft_id, at=at)


@service
def publish_draft(*, actor: Actor, enterprise_id: int, draft_id: int, seen_version: int, at: datetime) -> int:
    """The new version's id. Raises StaleVersion, Backdated, Ambiguous, CoverageEnds."""
    policies.require(actor, "agreement.publish", enterprise_id)
    return operations.publish_draft(
        actor=actor, enterprise_id=enterprise_id, draft_id=draft_id, seen_version=seen_version, at=at
    )


@service
def add_contract(*, actor: Actor, enterprise_id: int, row: NewContract, at: datetime) -> int:
    policies.require(actor, "contract.change", enterprise_id)
    return operations.add_contract(actor=actor, enterprise_id=enterprise_id, row=row, at=at)


@service
def set_contract_end(
    *, actor: Actor, enterprise_id: int, contract_id: int, ends_at: datetime | None, at: datetime
) -> None:
    policies.require(actor, "contract.change", enterprise_id)
    operations.set_contract_end(
        actor=actor, enterprise_id=enterprise_id, contract_id=contract_id, ends_at=ends_at, at=at
    )


@service
def add_party(*, actor: Actor, enterprise_id: int, row: NewParty, at: datetime) -> int:
    policies.require(actor, "party.change", enterprise_id)
    return operations.add_party(actor=actor, enterprise_id=enterprise_id, row=row, at=at)


@service
def set_party_contact(
    *,
    actor: Actor,
    enterprise_id: int,
    party_id: int,
    at: datetime,
    contact: str = "",
    email: str = "",
    phone: str = "",
    contract: str = "",
) -> None:
    policies.require(actor, "party.change", enterprise_id)
    operations.set_party_contact(
        actor=actor,
        enterprise_id=enterprise_id,
        party_id=party_id,
        contact=contact,
        email=email,
        phone=phone,
        contract=contract,
        at=at,
    )


@service
def publish_party(
    *,
    actor: Actor,
    enterprise_id: int,
    party_id: int,
    calendar_of: Mapping[str, str],
    targets: Mapping[str, Any],
    at: datetime,
) -> int:
    """Agreements carry it from their next version on."""
    policies.require(actor, "party.change", enterprise_id)
    return operations.publish_party(
        actor=actor, enterprise_id=enterprise_id, party_id=party_id, calendar_of=calendar_of, targets=targets, at=at
    )


@service
def retire_party(*, actor: Actor, enterprise_id: int, party_id: int, at: datetime) -> None:
    policies.require(actor, "party.change", enterprise_id)
    operations.retire_party(actor=actor, enterprise_id=enterprise_id, party_id=party_id, at=at)


@service
def change_service(*, actor: Actor, enterprise_id: int, service_id: int, row: NewService, at: datetime) -> None:
    policies.require(actor, "catalogue.change", enterprise_id)
    operations.change_service(actor=actor, enterprise_id=enterprise_id, service_id=service_id, row=row, at=at)


@service
def restore_service(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    policies.require(actor, "catalogue.change", enterprise_id)
    operations.restore_service(actor=actor, enterprise_id=enterprise_id, service_id=service_id, at=at)


@service
def save_form_draft(
    *, actor: Actor, enterprise_id: int, service_id: int, body: Mapping[str, Any], seen_version: int, at: datetime
) -> int:
    """The draft's version. ``seen_version`` 0: there was none. Raises StaleVersion."""
    policies.require(actor, "catalogue.change", enterprise_id)
    return operations.save_form_draft(
        actor=actor, enterprise_id=enterprise_id, service_id=service_id, body=body, seen_version=seen_version, at=at
    )


@service
def drop_form_draft(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    policies.require(actor, "catalogue.change", enterprise_id)
    operations.drop_form_draft(actor=actor, enterprise_id=enterprise_id, service_id=service_id, at=at)


@service
def publish_form(*, actor: Actor, enterprise_id: int, service_id: int, seen_version: int, at: datetime) -> int:
    """The new version's number. Raises InvalidForm, StaleVersion."""
    policies.require(actor, "catalogue.change", enterprise_id)
    return operations.publish_form(
        actor=actor, enterprise_id=enterprise_id, service_id=service_id, seen_version=seen_version, at=at
    )
