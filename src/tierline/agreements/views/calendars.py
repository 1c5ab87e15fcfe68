"""Calendars: when time counts, who counts on them, and what is not known yet."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.agreements import policies, queries, services
from tierline.agreements.forms import calendars as forms
from tierline.agreements.operations import Saved
from tierline.agreements.views import calendar_faces as faces
from tierline.agreements.views import calendar_frame as frame
from tierline.domain.calendars.changes import changes
from tierline.domain.calendars.gaps import known_until
from tierline.plumbing import tenancy


@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Every calendar in reach, with what somebody should see to."""
    actor, at = frame.asked(request)
    groups = []
    with tenancy.reading(actor):
        for place in frame.places_of(request, actor):
            uses, known = queries.calendar_uses(place.id, at=at), queries.calendars(place.id)
            warnings = queries.calendar_warnings(place.id, at=at, uses=uses, rows=known)
            rows = [
                {
                    "row": row,
                    "title": faces.title(row),
                    "until": known_until(row.recipe),
                    "warnings": [w for w in warnings if w.calendar == row.code],
                    "uses": sorted({u.agreement for u in uses if u.calendar == row.code}),
                    "week": faces.week(row.recipe),
                }
                for row in known
            ]
            groups.append({"place": place, "rows": rows})
    shown = {"section": "calendars", "groups": groups, "may_make": any(g["place"].may_change for g in groups)}  # type: ignore[attr-defined]
    return render(request, "agreements/calendars.html", shown)


@require_safe
def calendar(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One version of a calendar: week, year, exceptions, who counts on it."""
    actor, at = frame.asked(request)
    with tenancy.reading(actor):
        place = frame.place_of(request, actor, slug)
        versions = queries.calendar_versions(place.id, code)
        row = frame.version_of(versions, request.GET.get("version"))
        uses = [use for use in queries.calendar_uses(place.id, at=at) if use.calendar == code]
        warnings = queries.calendar_warnings(place.id, at=at, uses=uses, rows=versions[:1])
    today = row.calendar.local_date(at)
    year = frame.year_of(request.GET.get("year"), today.year)
    shown = {
        **frame.page_of(place, row, versions[0]),
        "versions": versions,
        "uses": uses,
        "warnings": warnings if row is versions[0] else [],
        "week": faces.week(row.recipe),
        "months": faces.months(row.recipe, year, today=today),
        "weekdays": faces.weekday_letters(),
        "year": year,
        "exceptions": faces.exceptions(row.recipe, year),
        "until": known_until(row.recipe),
        "irregular": row.calendar.irregular(_dates(year)),
        "is_behind": any(w.kind == queries.BEHIND for w in warnings),
        "day_form": forms.DayForm(initial={"seen": row.number, "carries": True}),
        "done": request.GET.get("done", ""),
        "carried": request.GET.get("carried", ""),
        "left": request.GET.get("left", ""),
    }
    return render(request, "agreements/calendar.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor, at = frame.asked(request)
    with tenancy.reading(actor):
        places = [place for place in frame.places_of(request, actor) if place.may_change]
    if not places:
        policies.require(actor, "calendar.change", 0)
    initial = {"seen": 0, "zone": actor.zone, "day_hours": "8", "like": "mon", "carries": True}
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-12:00, 13:30-18:00")
    form = forms.NewCalendarForm(request.POST or None, initial={**initial, **week})
    form.fields["enterprise"].choices = [(place.slug, place.name) for place in places]  # type: ignore[attr-defined]

    def save() -> tuple[str, str, Saved]:
        given = form.cleaned_data
        place = next(p for p in places if p.slug == given["enterprise"])
        saved = services.save_calendar(
            actor=actor, enterprise_id=place.id, code=given["code"], week=form.week(), seen=0, carries=False, at=at
        )
        return place.slug, given["code"], saved

    shown = {"section": "calendars", "form": form, "zones": _zones(), "places": places}
    return frame.posted(request, form, save, "agreements/calendar_hours.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The week and the settings."""
    actor, at = frame.asked(request)
    place, row = frame.to_change(request, actor, slug, code)
    start = {**forms.WeekForm.of(row.recipe), "seen": row.number, "carries": True}
    form = forms.WeekForm(request.POST or None, initial=start)

    def save() -> tuple[str, str, Saved]:
        week, told = form.week(), frame.told(actor, place, code, form, at)
        return slug, code, services.save_calendar(**told, week=week)

    shown = {**frame.page_of(place, row, row), "form": form, "zones": _zones()}
    return frame.posted(request, form, save, "agreements/calendar_hours.html", shown)


@require_POST
def days(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Own exceptions by hand: a date or a stretch of dates."""
    actor, at = frame.asked(request)
    place, row = frame.to_change(request, actor, slug, code)
    form = forms.DayForm(request.POST)

    def save() -> tuple[str, str, Saved]:
        first = form.cleaned_data["first"]
        count = ((form.cleaned_data["last"] or first) - first).days + 1
        chosen = dict.fromkeys((first + timedelta(days=n) for n in range(count)), form.day())
        return slug, code, services.change_calendar_days(**frame.told(actor, place, code, form, at), days=chosen)

    return frame.posted(
        request, form, save, "agreements/calendar_day.html", {**frame.page_of(place, row, row), "form": form}
    )


@require_POST
def adopt(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The newest version into force in the agreements that are behind."""
    actor, at = frame.asked(request)
    place, _ = frame.to_change(request, actor, slug, code)
    saved = services.adopt_calendar(actor=actor, enterprise_id=place.id, code=code, at=at)
    return frame.done(slug, code, saved)


@require_safe
def diff(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What differs between two versions; without a choice, the newest and the one before."""
    actor, _ = frame.asked(request)
    with tenancy.reading(actor):
        place = frame.place_of(request, actor, slug)
        versions = queries.calendar_versions(place.id, code)
    after = frame.version_of(versions, request.GET.get("to"))
    earlier = [row for row in versions if row.number < after.number]
    before = (
        frame.version_of(versions, request.GET.get("from")) if request.GET.get("from") else next(iter(earlier), after)
    )
    shown = {
        **frame.page_of(place, after, versions[0]),
        "versions": versions,
        "before": before,
        "after": after,
        "changes": faces.table(changes(before.recipe, after.recipe)),
    }
    return render(request, "agreements/calendar_diff.html", shown)


def _dates(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@cache
def _zones() -> list[str]:
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return [name for name in listed.split() if "/" in name]
