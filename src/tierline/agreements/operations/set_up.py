"""What every enterprise starts with."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from tierline.agreements.operations.catalogue import NewService, add_services
from tierline.agreements.operations.entitlements import Whom, entitle
from tierline.agreements.operations.promises import Wording, publish, publish_calendar
from tierline.domain.terms import OFFICE, Terms
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

# The shipped agreement holds for tickets of any age, so that imported ones find their promises.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
GENERAL, STANDARD = "general", "standard"


def set_up_enterprise(*, actor: Actor, enterprise_id: int, zone: str, at: datetime) -> int:
    """The office calendar, the shipped promises for everyone, one general service; the agreement version's id.

    Raises AlreadyThere the second time, UnknownZone.
    """
    require_transaction()
    scope = tenancy.current()
    reach = (
        nullcontext()
        if enterprise_id in scope.enterprises
        else tenancy.scoped(scope.provider_id, (*scope.enterprises, enterprise_id))
    )
    with reach:
        office = replace(OFFICE, zone=zone, id="office", version=1)
        publish_calendar(actor=actor, enterprise_id=enterprise_id, code="office", body=office.to_json(), at=at)
        general = NewService(GENERAL, "通用支持", "General support")
        add_services(actor=actor, enterprise_id=enterprise_id, rows=[general], at=at)
        terms = Terms.default(office).to_json()
        shipped = Wording(STANDARD, "标准服务协议", "Standard agreement", terms, BEGINNING)
        version_id = publish(actor=actor, enterprise_id=enterprise_id, wording=shipped, at=at)
        entitle(actor=actor, enterprise_id=enterprise_id, agreement=STANDARD, whom=[Whom()], starts_at=BEGINNING, at=at)
    return version_id
