"""A calendar's next version, and carrying it into the agreements that count on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from tierline.accounts.operations import AlreadyThere
from tierline.agreements import holiday_packages
from tierline.agreements.models import AgreementVersion, CalendarVersion
from tierline.agreements.operations.promises import Wording, publish
from tierline.agreements.operations.rows import insert
from tierline.audit.operations import Act, record
from tierline.domain.calendars import Calendar, Day, Recipe, Source
from tierline.domain.calendars.recipe_codec import joined, split
from tierline.domain.codes import code as checked_code
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

# Ten years of dates: more are no exceptions to a week any longer.
MOST_EXCEPTIONS = 3_660
NAME_LIMIT = 120


class TooManyExceptions(Invalid):
    """More dates of a calendar's own than ten years have. ``most``."""

    code: ClassVar[str] = "too_many_exceptions"


@dataclass(frozen=True, slots=True)
class Week:
    """What a person fills in of a calendar. ``like`` names the weekday whose windows a make-up day gets."""

    zh: str
    en: str
    zone: str
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    day_minutes: int
    like: str


@dataclass(frozen=True, slots=True)
class Saved:
    """``is_new`` is false when nothing differed and no version was made.

    ``carried`` are the agreements that run on it from now, ``left`` those with a version that begins later: they
    keep the older calendar until somebody publishes them anew.
    """

    number: int
    is_new: bool
    carried: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def save_week(
    *, actor: Actor, enterprise_id: int, code: str, week: Week, seen: int, carries: bool, at: datetime
) -> Saved:
    """``seen`` 0 makes the calendar. Raises StaleVersion, AlreadyThere, and for a bad week what Calendar raises."""
    before = _recipe(enterprise_id, code, seen)
    zh, en = clean(week.zh, field="name_zh", limit=NAME_LIMIT), clean(week.en, field="name_en", limit=NAME_LIMIT)
    made_of = before or Recipe(week.zone, week.weekly)
    after = replace(
        made_of, zh=zh, en=en, zone=week.zone, weekly=week.weekly, day_minutes=week.day_minutes, like=week.like
    )
    return _save(actor, enterprise_id, code, before, after, seen, carries, "week", at)


def import_holidays(
    *,
    actor: Actor,
    enterprise_id: int,
    code: str,
    source: Source,
    years: list[int],
    seen: int,
    carries: bool,
    at: datetime,
) -> Saved:
    """Those years of a holiday package, written out. Again the same: no new version.

    Raises YearUnpublished, UnknownSource, NoWorkday, StaleVersion, NotFound.
    """
    before = _known(enterprise_id, code, seen)
    after = before
    for year in years:
        after = after.with_year(year, holiday_packages.published(source, year))
    why = f"holidays {source.label} {','.join(map(str, years))}"
    return _save(actor, enterprise_id, code, before, after, seen, carries, why, at)


def change_days(
    *,
    actor: Actor,
    enterprise_id: int,
    code: str,
    days: Mapping[date, Day | None],
    seen: int,
    carries: bool,
    at: datetime,
) -> Saved:
    """Own exceptions set, or taken back where None: the package's day or the week holds again."""
    before = _known(enterprise_id, code, seen)
    for each in days.values():
        if each is not None:
            clean(each.zh, field="name", limit=NAME_LIMIT, required=False)
            clean(each.en, field="name", limit=NAME_LIMIT, required=False)
    after = before.with_days(days)
    if len(after.own) > MOST_EXCEPTIONS:
        raise TooManyExceptions(field="days", most=MOST_EXCEPTIONS)
    return _save(actor, enterprise_id, code, before, after, seen, carries, "days", at)


def adopt(*, actor: Actor, enterprise_id: int, code: str, at: datetime) -> Saved:
    """The newest version into force in every agreement that runs on an earlier one. Raises NotFound."""
    require_transaction()
    newest = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code).order_by("-number").first()
    if newest is None:
        raise NotFound(what="calendar", code=code)
    calendar = split(newest.body)[1].calendar(id=code, version=newest.number)
    calendar = replace(calendar, tzdata=newest.body["tzdata"])
    return Saved(newest.number, False, *_carry(actor, enterprise_id, calendar, at))


def _save(
    actor: Actor,
    enterprise_id: int,
    code: str,
    before: Recipe | None,
    after: Recipe,
    seen: int,
    carries: bool,
    why: str,
    at: datetime,
) -> Saved:
    require_transaction()
    if before is not None and after.is_same(before):
        return Saved(seen, is_new=False)
    number = seen + 1
    calendar = after.calendar(id=code, version=number)
    # Only exceptions that have passed: no clock could fall due on it. Raises NeverOpens.
    calendar.opens_at(at)
    row = CalendarVersion(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        code=checked_code(code),
        number=number,
        body=joined(after, id=code, version=number),
        created_at=at,
    )
    try:
        insert([row], what="calendar", codes=[code])
    except AlreadyThere:
        if seen:
            raise StaleVersion(what="calendar", seen=seen) from None
        raise
    facts = {"code": code, "number": number, "why": why, "tzdata": calendar.tzdata}
    record(actor, [Act(f"calendar:{row.id}", "calendar.published", enterprise_id, facts)], at=at)
    carried, left = _carry(actor, enterprise_id, calendar, at) if carries else ((), ())
    return Saved(number, is_new=True, carried=carried, left=left)


def _carry(
    actor: Actor, enterprise_id: int, calendar: Calendar, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A new version, from ``at``, of each agreement in force on an earlier version of the calendar.

    Nothing reaches back: clocks keep the version they pinned, and a rebase is an act of its own.
    """
    carried, left = [], []
    for last, current in _standing(enterprise_id, at):
        names = [n for n, body in current.terms.get("calendars", {}).items() if body.get("id") == calendar.id]
        if not names or all(current.terms["calendars"][n].get("version") == calendar.version for n in names):
            continue
        agreement = current.agreement
        if last.id != current.id or current.effective_from >= at:
            left.append(agreement.code)
            continue
        bodies = {**current.terms["calendars"], **{name: calendar.to_json() for name in names}}
        wording = Wording(
            code=agreement.code,
            name_zh=agreement.name_zh,
            name_en=agreement.name_en,
            terms={**current.terms, "calendars": bodies},
            effective_from=at,
            effective_to=current.effective_to,
        )
        publish(actor=actor, enterprise_id=enterprise_id, wording=wording, at=at)
        carried.append(agreement.code)
    return tuple(carried), tuple(left)


def _standing(enterprise_id: int, at: datetime) -> list[tuple[AgreementVersion, AgreementVersion]]:
    """Per agreement its last version and the one in force at ``at``; agreements out of force are not listed."""
    rows = AgreementVersion.objects.filter(enterprise_id=enterprise_id).select_related("agreement")
    last: dict[int, AgreementVersion] = {}
    current: dict[int, AgreementVersion] = {}
    for v in rows.order_by("agreement__code", "number"):
        last[v.agreement_id] = v
        if v.effective_from <= at:
            current[v.agreement_id] = v
    return [(last[key], v) for key, v in current.items() if v.effective_to is None or v.effective_to > at]


def _known(enterprise_id: int, code: str, seen: int) -> Recipe:
    found = _recipe(enterprise_id, code, seen)
    if found is None:
        raise NotFound(what="calendar", code=code)
    return found


def _recipe(enterprise_id: int, code: str, seen: int) -> Recipe | None:
    """The newest version's; None when there is none and none was seen. Raises StaleVersion, AlreadyThere, NotFound."""
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code).order_by("-number")
    newest = rows.first()
    if newest is None:
        if seen:
            raise NotFound(what="calendar", code=code)
        return None
    if not seen:
        raise AlreadyThere(what="calendar", codes=[code])
    if newest.number != seen:
        raise StaleVersion(what="calendar", seen=seen, now=newest.number)
    return split(newest.body)[1]
