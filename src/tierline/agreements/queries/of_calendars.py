"""Calendars as people read them: versions, who uses them, what they do not know yet, what an import would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tierline.agreements import holiday_packages, icalendar_file
from tierline.agreements.models import AgreementVersion, CalendarVersion
from tierline.domain.calendars import Calendar, Day, Recipe, Source
from tierline.domain.calendars.busy import days_of
from tierline.domain.calendars.changes import Changes, changes
from tierline.domain.calendars.gaps import OTHER_TZDATA, Gap, gaps
from tierline.domain.calendars.recipe_codec import split
from tierline.domain.calendars.zones import tzdata_version
from tierline.domain.errors import NotFound

# Of an iCalendar file.
MOST_BYTES = icalendar_file.MOST_BYTES
# An agreement in force runs on an earlier version of the calendar than its newest.
BEHIND = "agreement_behind"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One version: what clocks read, and what it was made of."""

    id: int
    enterprise_id: int
    code: str
    number: int
    created_at: datetime
    recipe: Recipe
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Use:
    """An agreement version, in force or to come, that counts on a calendar; ``number`` is the calendar's version.

    ``priorities`` are those on it; ``also`` names other parts: ``working``, ``L2``, ``L3``, a department or supplier.
    """

    calendar: str
    number: int
    agreement: str
    zh: str
    en: str
    version: int
    starts_at: datetime
    is_in_force: bool
    priorities: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """``kind`` is a word of domain.calendars.gaps or ``agreement_behind``; ``agreements`` are those it touches."""

    calendar: str
    kind: str
    facts: Mapping[str, Any]
    agreements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would make of a calendar; nothing is saved. ``file`` only of an iCalendar."""

    recipe: Recipe
    changes: Changes
    days: Mapping[date, Day]
    file: icalendar_file.File | None = None


def calendars(enterprise_id: int) -> list[CalendarRow]:
    """The newest version of each, by code."""
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id).order_by("code", "-number").distinct("code")
    return [_row(row) for row in rows]


def calendar_versions(enterprise_id: int, code: str) -> list[CalendarRow]:
    """Every version, newest first. Raises NotFound."""
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code).order_by("-number")
    found = [_row(row) for row in rows]
    if not found:
        raise NotFound(what="calendar", code=code)
    return found


def calendar_version(enterprise_id: int, code: str, number: int | None = None) -> CalendarRow:
    """That version, else the newest. Raises NotFound."""
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code).order_by("-number")
    row = (rows if number is None else rows.filter(number=number)).first()
    if row is None:
        raise NotFound(what="calendar", code=code)
    return _row(row)


def calendar_uses(enterprise_id: int, *, at: datetime) -> list[Use]:
    """By agreement. A version that has ended, or been followed by another, no longer uses anything."""
    rows = AgreementVersion.objects.filter(enterprise_id=enterprise_id).select_related("agreement")
    found: list[Use] = []
    for versions in _by_agreement(rows.order_by("agreement__code", "number")):
        current = [v for v in versions if v.effective_from <= at][-1:]
        for v in current + [v for v in versions if v.effective_from > at]:
            if v.effective_to is None or v.effective_to > at:
                found.extend(_uses(v, is_in_force=v.effective_from <= at))
    return found


def calendar_warnings(
    enterprise_id: int,
    *,
    at: datetime,
    uses: Sequence[Use] | None = None,
    rows: Sequence[CalendarRow] | None = None,
) -> list[CalendarWarning]:
    """What somebody should see to, of every calendar and of the agreements in force that run on an older version.

    ``uses`` and ``rows`` are the enterprise's, where the caller has read them.
    """
    uses = calendar_uses(enterprise_id, at=at) if uses is None else uses
    found: list[CalendarWarning] = []
    for row in calendars(enterprise_id) if rows is None else rows:
        using = [use for use in uses if use.calendar == row.code]
        named = tuple(dict.fromkeys(use.agreement for use in using))
        found += [CalendarWarning(row.code, gap.kind, gap.facts, named) for gap in gaps_of(row, at=at)]
        for use in using:
            if use.is_in_force and use.number < row.number:
                facts = {"agreement": use.agreement, "number": use.number, "newest": row.number}
                found.append(CalendarWarning(row.code, BEHIND, facts, (use.agreement,)))
    return found


def gaps_of(row: CalendarRow, *, at: datetime) -> list[Gap]:
    found = gaps(row.recipe, on=row.calendar.local_date(at), knows=holiday_packages.knows)
    if row.calendar.tzdata != tzdata_version():
        found.append(Gap(OTHER_TZDATA, {"was": row.calendar.tzdata, "now": tzdata_version()}))
    return found


def holidays_plan(recipe: Recipe, *, source: Source, years: Iterable[int]) -> Plan:
    """Those years of the package as the calendar would have them. Raises YearUnpublished, UnknownSource, NoWorkday."""
    after = recipe
    for year in years:
        after = after.with_year(year, holiday_packages.published(source, year))
    after.calendar()
    days = {day: each for year in after.years.values() for day, each in year.days.items()}
    return Plan(after, changes(recipe, after), days)


def file_plan(recipe: Recipe, *, content: bytes, on: date) -> Plan:
    """The iCalendar's days as own exceptions. Raises what icalendar_file.read raises, NoWorkday."""
    file = icalendar_file.read(content, zone=recipe.zone, on=on)
    days = days_of(file.occurrences, recipe)
    after = recipe.with_days(days)
    after.calendar()
    return Plan(after, changes(recipe, after), days, file)


def _row(row: CalendarVersion) -> CalendarRow:
    bare, recipe = split(row.body)
    calendar = Calendar.from_json({**bare, "id": row.code, "version": row.number})
    return CalendarRow(row.id, row.enterprise_id, row.code, row.number, row.created_at, recipe, calendar)


def _by_agreement(rows: Iterable[AgreementVersion]) -> Iterable[Sequence[AgreementVersion]]:
    found: dict[int, list[AgreementVersion]] = {}
    for row in rows:
        found.setdefault(row.agreement_id, []).append(row)
    return found.values()


def _uses(v: AgreementVersion, *, is_in_force: bool) -> list[Use]:
    terms: Mapping[str, Any] = v.terms
    found = []
    for name, body in terms.get("calendars", {}).items():
        priorities = tuple(p for p, used in sorted(terms.get("calendar_of", {}).items()) if used == name)
        also = _also(terms, name)
        if (priorities or also) and body.get("id"):
            agreement = v.agreement
            found.append(
                Use(
                    calendar=body["id"],
                    number=body.get("version", 1),
                    agreement=agreement.code,
                    zh=agreement.name_zh,
                    en=agreement.name_en,
                    version=v.number,
                    starts_at=v.effective_from,
                    is_in_force=is_in_force,
                    priorities=priorities,
                    also=also,
                )
            )
    return found


def _also(terms: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = ["working"] if terms.get("working_calendar") == name else []
    found += [tier for tier, row in terms.get("tier_calendars", {}).items() if name in row.values()]
    for parties in terms.get("parties", {}).values():
        found += [party for party, row in parties.items() if any(cell.get("calendar") == name for cell in row.values())]
    return tuple(dict.fromkeys(found))
