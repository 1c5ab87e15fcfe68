"""Verbs of the agreements room: catalogue, promises, entitlements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.agreements import operations, policies
from tierline.agreements.operations import NewFaultClass, NewService, Whom, Wording
from tierline.domain.errors import Invalid
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def set_up_enterprise(*, actor: Actor, enterprise_id: int, zone: str, at: datetime) -> int:
    """The shipped catalogue, calendars and promises of a new enterprise; the agreement version's id."""
    policies.require(actor, "agreement.publish", enterprise_id)
    return operations.set_up_enterprise(actor=actor, enterprise_id=enterprise_id, zone=zone, at=at)


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

    Raises Ambiguous when it would not begin after the version before it, Invalid for terms no clock can run on.
    """
    policies.require(actor, "agreement.publish", enterprise_id)
    if wording.effective_from < at:
        raise Invalid(field="effective_from", value=wording.effective_from)
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
