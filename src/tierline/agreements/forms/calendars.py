"""What a calendar's pages ask for. Shape only: whether a week is one that time can be counted on, the domain says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.agreements.operations import Week
from tierline.domain.calendars import Day, Kind, Recipe
from tierline.domain.calendars.codec import hours, read_hours
from tierline.domain.calendars.typed import LINE_LIMIT, line, read_line
from tierline.domain.calendars.windows import WEEKDAYS

_LINE = {"class": "input", "autocomplete": "off"}


def _input(name: str, limit: int, *, required: bool = True, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_LINE, **attributes})
    return forms.CharField(label=_(f"page.calendar.{name}"), max_length=limit, required=required, widget=widget)


class Seen(forms.Form):
    """``seen`` is the version the person was looking at; ``carries`` puts the new one into force in agreements."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    carries = forms.BooleanField(
        label=_("page.calendar.carries"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "cb"}),
    )


class WeekForm(Seen):
    name_zh = _input("name_zh", 120)
    name_en = _input("name_en", 120)
    zone = _input("zone", 60, list="zones")
    day_hours = _input("day_hours", 8)
    like = forms.ChoiceField(
        label=_("page.calendar.like"),
        choices=[(name, _(f"page.time.weekday_{n}")) for n, name in enumerate(WEEKDAYS, start=1)],
        widget=forms.Select(attrs={"class": "select"}),
    )
    mon = _input("day", LINE_LIMIT, required=False)
    tue = _input("day", LINE_LIMIT, required=False)
    wed = _input("day", LINE_LIMIT, required=False)
    thu = _input("day", LINE_LIMIT, required=False)
    fri = _input("day", LINE_LIMIT, required=False)
    sat = _input("day", LINE_LIMIT, required=False)
    sun = _input("day", LINE_LIMIT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n, name in enumerate(WEEKDAYS, start=1):
            self.fields[name].label = _(f"page.time.weekday_{n}")

    @staticmethod
    def of(recipe: Recipe) -> dict[str, Any]:
        """The fields as they stand."""
        week = {name: line(windows) for name, windows in zip(WEEKDAYS, recipe.weekly, strict=True)}
        told = {"name_zh": recipe.zh, "name_en": recipe.en, "zone": recipe.zone, "like": recipe.like}
        return {**week, **told, "day_hours": str(hours(recipe.day_minutes))}

    @property
    def days(self) -> Sequence[forms.BoundField]:
        return [self[name] for name in WEEKDAYS]

    def week(self) -> Week:
        """Raises Invalid and its kinds; ``day`` names the weekday of a line that cannot be read."""
        given = self.cleaned_data
        weekly = tuple(read_line(given[name], day=name) for name in WEEKDAYS)
        day_minutes = read_hours(given["day_hours"])
        return Week(given["name_zh"], given["name_en"], given["zone"], weekly, day_minutes, given["like"])


class NewCalendarForm(WeekForm):
    enterprise = forms.ChoiceField(label=_("page.calendar.enterprise"), widget=forms.Select(attrs={"class": "select"}))
    code = _input("code", 60)


class DayForm(Seen):
    """One date, or a stretch of dates, of the calendar's own. ``what`` none takes it back."""

    first = forms.DateField(label=_("page.calendar.from"), widget=forms.DateInput(attrs={**_LINE, "type": "date"}))
    last = forms.DateField(
        label=_("page.calendar.to"), required=False, widget=forms.DateInput(attrs={**_LINE, "type": "date"})
    )
    what = forms.ChoiceField(
        label=_("page.calendar.what"),
        choices=[
            (Kind.CLOSED, _("page.day_kind.closed")),
            (Kind.WORKDAY, _("page.day_kind.workday")),
            (Kind.HOURS, _("page.day_kind.hours")),
            ("none", _("page.day_kind.none")),
        ],
        widget=forms.Select(attrs={"class": "select"}),
    )
    windows = _input("windows", LINE_LIMIT, required=False, placeholder="09:00-12:00, 13:30-18:00")
    name = _input("day_name", 120, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days <= 366:
            self.add_error("last", _("page.calendar.bad_stretch"))
        if given.get("what") == Kind.HOURS and not given.get("windows", "").strip():
            self.add_error("windows", _("page.calendar.windows_missing"))
        return given

    def day(self) -> Day | None:
        """Raises Invalid and its kinds."""
        given = self.cleaned_data
        if given["what"] == "none":
            return None
        kind = Kind(given["what"])
        windows = read_line(given["windows"], day=given["first"].isoformat()) if kind is Kind.HOURS else ()
        return Day(kind, given["name"], given["name"], windows)


class HolidaysForm(Seen):
    """The confirmation of a preview."""

    country = forms.CharField(max_length=2, widget=forms.HiddenInput)
    subdivision = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    years = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def clean_years(self) -> list[int]:
        found = [int(year) for year in self.cleaned_data["years"].split(",") if year.isascii() and year.isdecimal()]
        if not found:
            raise forms.ValidationError(_("page.calendar.no_year"))
        return sorted(set(found))[:10]


class FileForm(forms.Form):
    file = forms.FileField(label=_("page.calendar.file"), widget=forms.FileInput(attrs={"class": "file"}))


class FileConfirmForm(Seen):
    plan = forms.CharField(max_length=2_000_000, widget=forms.HiddenInput)
