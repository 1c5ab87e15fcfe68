"""What every enterprise starts with."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tierline.agreements import holiday_packages
from tierline.agreements.operations.catalogue import NewService, add_services
from tierline.agreements.operations.entitlements import Whom, entitle
from tierline.agreements.operations.promises import Wording, publish, publish_calendar
from tierline.domain.calendars import Calendar, Recipe
from tierline.domain.calendars.recipe_codec import joined
from tierline.domain.terms import OFFICE, Terms
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

# The shipped agreement holds for tickets of any age, so that imported ones find their promises.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
GENERAL, STANDARD = "general", "standard"
_CODE = "office"
# Eight hours, as many as a working day of a target: noon is free.
_DAY = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


def set_up_enterprise(
    *, actor: Actor, enterprise_id: int, zone: str, at: datetime, years: Iterable[int] | None = None
) -> int:
    """The office calendar, the shipped promises for everyone, one general service; the agreement version's id.

    With ``years`` the calendar has a free noon and the public holidays of the zone's country in those of the years
    that are published. Raises AlreadyThere the second time, UnknownZone.
    """
    require_transaction()
    scope = tenancy.current()
    reach = (
        nullcontext()
        if enterprise_id in scope.enterprises
        else tenancy.scoped(scope.provider_id, (*scope.enterprises, enterprise_id))
    )
    with reach:
        office, body = _office(zone, years)
        publish_calendar(actor=actor, enterprise_id=enterprise_id, code=_CODE, body=body, at=at)
        general = NewService(GENERAL, "通用支持", "General support")
        add_services(actor=actor, enterprise_id=enterprise_id, rows=[general], at=at)
        terms = Terms.default(office).to_json()
        shipped = Wording(STANDARD, "标准服务协议", "Standard agreement", terms, BEGINNING)
        version_id = publish(actor=actor, enterprise_id=enterprise_id, wording=shipped, at=at)
        entitle(actor=actor, enterprise_id=enterprise_id, agreement=STANDARD, whom=[Whom()], starts_at=BEGINNING, at=at)
    return version_id


def _office(zone: str, years: Iterable[int] | None) -> tuple[Calendar, dict[str, Any]]:
    """The first version, and what is stored of it."""
    if years is None:
        office = replace(OFFICE, zone=zone, id=_CODE, version=1)
        return office, office.to_json()
    recipe = Recipe(zone, (_DAY,) * 5 + ((), ()), zh="标准工作时间", en="Standard working hours")
    source = holiday_packages.source_of(zone)
    for year in years:
        if source is not None and holiday_packages.knows(source, year):
            recipe = recipe.with_year(year, holiday_packages.published(source, year))
    return recipe.calendar(id=_CODE, version=1), joined(recipe, id=_CODE, version=1)
