"""Holidays into a calendar: years of a package, or an iCalendar file. Looked at first, then confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from babel import Locale
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from tierline.agreements import holiday_packages, queries, services
from tierline.agreements.forms import calendars as forms
from tierline.agreements.icalendar_file import MOST_BYTES, IcalTooLarge
from tierline.agreements.operations import Saved
from tierline.agreements.queries import CalendarRow, Plan
from tierline.agreements.views import calendar_faces as faces
from tierline.agreements.views import calendar_frame as frame
from tierline.domain.calendars import Recipe, Source
from tierline.domain.calendars.recipe_codec import days_json, read_days
from tierline.domain.errors import DomainError, Invalid
from tierline.plumbing.http import status_of, wording

_SALT = "calendar.file"
_PREVIEW_SECONDS = 3_600


class PreviewExpired(Invalid):
    """The preview that is being confirmed is too old, or not one of ours."""

    code: ClassVar[str] = "preview_expired"


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Years of a holiday package: choose, see what would change, confirm."""
    actor, at = frame.asked(request)
    place, row = frame.to_change(request, actor, slug, code)
    form = forms.HolidaysForm(request.POST or None)

    def save() -> tuple[str, str, Saved]:
        given = form.cleaned_data
        source = Source(given["country"], given["subdivision"])
        told = frame.told(actor, place, code, form, at)
        return slug, code, services.import_holidays(**told, source=source, years=given["years"])

    shown = {**frame.page_of(place, row, row), **_offered(request, row, at.year), "form": form}
    if request.method != "POST" and shown["source"]:
        shown |= _previewed(row.recipe, shown["source"], shown["chosen"])
        years = ",".join(map(str, shown["known"]))
        source = shown["source"]
        start = {"country": source.country, "subdivision": source.subdivision, "years": years, "seen": row.number}
        shown["form"] = forms.HolidaysForm(initial={**start, "carries": True})
    return frame.posted(request, form, save, "agreements/calendar_holidays.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """An iCalendar file: upload, see what would change."""
    actor, at = frame.asked(request)
    place, row = frame.to_change(request, actor, slug, code)
    form = forms.FileForm(request.POST or None, request.FILES or None)
    shown = {**frame.page_of(place, row, row), "form": form}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "agreements/calendar_file.html", shown, status=status)
    try:
        plan = _file_plan(form.cleaned_data["file"], row.recipe, row.calendar.local_date(at))
    except DomainError as refused:
        form.add_error("file", wording(refused))
        return render(request, "agreements/calendar_file.html", shown, status=status_of(refused))
    signed = signing.dumps([place.id, code, days_json(plan.days)], salt=_SALT, compress=True)
    shown |= {
        "plan": plan,
        "changes": faces.table(plan.changes),
        "confirm": forms.FileConfirmForm(initial={"plan": signed, "seen": row.number, "carries": True}),
    }
    return render(request, "agreements/calendar_file.html", shown)


@require_POST
def file_confirm(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    actor, at = frame.asked(request)
    place, row = frame.to_change(request, actor, slug, code)
    confirm = forms.FileConfirmForm(request.POST)

    def save() -> tuple[str, str, Saved]:
        told = frame.told(actor, place, code, confirm, at)
        planned = _planned(confirm.cleaned_data["plan"], place.id, code)
        return slug, code, services.change_calendar_days(**told, days=planned)

    shown = {**frame.page_of(place, row, row), "form": forms.FileForm(), "refused": confirm}
    return frame.posted(request, confirm, save, "agreements/calendar_file.html", shown)


def _offered(request: HttpRequest, row: CalendarRow, this_year: int) -> dict[str, Any]:
    """The choices of the import page, and what has been chosen: asked for, else the calendar's own, else its zone's."""
    asked = request.POST if request.method == "POST" else request.GET
    own = row.recipe.source or holiday_packages.source_of(row.recipe.zone)
    country = asked.get("country", own.country if own else "").upper()
    subdivision = asked.get("subdivision", own.subdivision if own and own.country == country else "")
    known = holiday_packages.countries()
    if subdivision not in known.get(country, ()):
        subdivision = ""
    given = [frame.year_of(each, 0) for each in asked.getlist("year")]
    chosen = sorted({year for year in given if year}) or [this_year, this_year + 1]
    return {
        "source": Source(country, subdivision) if country in known else None,
        "countries": _country_names(known),
        "subdivisions": holiday_packages.subdivision_names(country),
        "years": sorted({this_year - 1, this_year, this_year + 1, this_year + 2, *chosen}),
        "chosen": chosen[:10],
    }


def _previewed(recipe: Recipe, source: Source, years: list[int]) -> dict[str, Any]:
    """What the known years would change; of the others the sentence that says so."""
    refused = []
    known = []
    for year in years:
        try:
            holiday_packages.published(source, year)
            known.append(year)
        except DomainError as wrong:
            refused.append(wording(wrong))
    if not known:
        return {"refusals": refused, "known": known}
    try:
        plan = queries.holidays_plan(recipe, source=source, years=known)
    except DomainError as wrong:
        return {"refusals": [*refused, wording(wrong)], "known": []}
    fresh = [plan.recipe.years[year] for year in known]
    return {
        "refusals": refused,
        "known": known,
        "plan": plan,
        "changes": faces.table(plan.changes),
        "packages": fresh,
        "unsettled": [(on, faces.name_of(day)) for each in fresh for on, day in each.unsettled.items()],
        "partial": [year for year, each in zip(known, fresh, strict=True) if each.is_partial],
    }


def _file_plan(upload: Any, recipe: Recipe, on: date) -> Plan:
    if upload.size > MOST_BYTES:
        raise IcalTooLarge(field="file", limit=MOST_BYTES)
    return queries.file_plan(recipe, content=upload.read(), on=on)


def _planned(signed: str, enterprise_id: int, code: str) -> Any:
    try:
        owner, named, planned = signing.loads(signed, salt=_SALT, max_age=_PREVIEW_SECONDS)
    except (signing.BadSignature, ValueError):
        raise PreviewExpired(field="file") from None
    if (owner, named) != (enterprise_id, code):
        raise PreviewExpired(field="file")
    return read_days(planned)


def _country_names(known: Any) -> list[tuple[str, str]]:
    territories = Locale.parse("en" if get_language() == "en" else "zh_Hans").territories
    return sorted(((code, str(territories.get(code, code))) for code in known), key=lambda pair: pair[1])
