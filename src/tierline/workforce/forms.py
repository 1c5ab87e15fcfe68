"""What managers and engineers type about people and shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tierline.domain.calendars import instant
from tierline.domain.calendars.zones import wall, zone_of
from tierline.domain.routing import CAP_LIMIT
from tierline.workforce.operations.abilities import LEVELS
from tierline.workforce.operations.absences import LEAVES
from tierline.workforce.operations.credentials import CREDENTIALS
from tierline.workforce.operations.profiles import CAP_LEAST, LANGUAGES
from tierline.workforce.operations.shifts import KINDS

Choice = tuple[str, str]


def _date(label: str, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
    return forms.DateField(label=_(label), required=required, widget=widget)


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=_(label), widget=forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M")
    )


def _select(label: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=_(label), required=required, widget=forms.Select(attrs={"class": "select"}))


def _text(label: str, limit: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_(label), max_length=limit, required=required, widget=forms.TextInput(attrs={"class": "input"})
    )


def _number(label: str, low: int, high: int, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input"})
    return forms.IntegerField(label=_(label), min_value=low, max_value=high, widget=widget, **more)


def _words(prefix: str, codes: Iterable[Any]) -> list[Choice]:
    return [(str(c), gettext(f"page.{prefix}.{c}")) for c in codes]


class _Form(forms.Form):
    def __init__(self, *args: Any, choices: Mapping[str, Sequence[Choice]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in {**self.own_choices(), **(choices or {})}.items():
            if name in self.fields:
                self.fields[name].choices = list(offered)  # type: ignore[attr-defined]

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {}


class RosterForm(_Form):
    enterprise = _select("page.roster.enterprise")
    name = _text("page.roster.name", 200)
    zone = forms.CharField(
        label=_("page.roster.zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"class": "input", "list": "zones", "autocomplete": "off"}),
    )
    first_on = _date("page.roster.first_on")
    last_on = _date("page.roster.last_on")


class SpanForm(_Form):
    first_on = _date("page.roster.first_on")
    last_on = _date("page.roster.last_on")


class LineForm(_Form):
    """A line of a roster; no person is a line of need."""

    person = _select("page.roster.person", required=False)
    kind = _select("page.roster.kind")
    tier = _select("page.roster.tier")
    weekdays = forms.MultipleChoiceField(label=_("page.roster.weekdays"), widget=forms.CheckboxSelectMultiple)
    starts = _time("page.roster.starts")
    ends = _time("page.roster.ends")
    heads = _number("page.roster.heads", 1, 1000, initial=1)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {
            "kind": _words("duty", KINDS),
            "tier": [(str(n), f"L{n}") for n in (1, 2, 3)],
            "weekdays": _words("time", [f"weekday_{n}" for n in range(1, 8)]),
        }

    def days(self) -> frozenset[int]:
        return frozenset(int(name.rpartition("_")[2]) for name in self.cleaned_data["weekdays"])

    def minutes(self) -> tuple[int, int]:
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        return starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute


class StandInForm(_Form):
    """Who takes a shift, or the part of it between these instants of the reader's zone."""

    person = _select("page.swap.person")
    starts_at = forms.DateTimeField(
        label=_("page.swap.from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    ends_at = forms.DateTimeField(
        label=_("page.swap.to"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    reason = _text("page.swap.reason", 2000, required=False)


class LeaveForm(_Form):
    """Whole local days, the last one included."""

    kind = _select("page.leave.kind")
    first_on = _date("page.roster.first_on")
    last_on = _date("page.roster.last_on")
    reason = _text("page.swap.reason", 2000, required=False)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {"kind": _words("leave", LEAVES)}

    def span(self, zone: str) -> tuple[datetime, datetime]:
        return day_start(self.cleaned_data["first_on"], zone), day_end(self.cleaned_data["last_on"], zone)


class SkillForm(_Form):
    skill = _select("page.person.skill")
    level = _select("page.person.level")
    language = _select("page.person.language", required=False)
    product = _text("page.person.product", 200, required=False)
    expires_on = _date("page.person.expires_on", required=False)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        anything = [("", gettext("page.person.any"))]
        return {
            "level": [(str(n), str(n)) for n in LEVELS],
            "language": anything + _words("language", LANGUAGES),
        }


class CredentialForm(_Form):
    kind = _select("page.person.paper")
    code = _text("page.person.code", 60)
    enterprise = _select("page.roster.enterprise", required=False)
    number = _text("page.person.number", 100, required=False)
    from_on = _date("page.person.from_on")
    expires_on = _date("page.person.expires_on", required=False)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {"kind": _words("credential", CREDENTIALS)}


class ProfileForm(_Form):
    region = _text("page.person.region", 100, required=False)
    languages = forms.MultipleChoiceField(
        label=_("page.person.languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cap = _number("page.person.cap", CAP_LEAST, CAP_LIMIT, required=False)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {"languages": _words("language", LANGUAGES)}


class AssignmentForm(_Form):
    enterprise = _select("page.roster.enterprise")
    tier = _select("page.roster.tier", required=False)
    share = _number("page.person.share", 1, 100, initial=100)
    first_on = _date("page.roster.first_on")
    last_on = _date("page.roster.last_on", required=False)

    def own_choices(self) -> dict[str, Sequence[Choice]]:
        return {"tier": [("", "—"), *((str(n), f"L{n}") for n in (1, 2, 3))]}


def zones() -> list[str]:
    return sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "SystemV/")))


def day_start(day: Any, zone: str) -> datetime:
    return instant(wall(zone_of(zone), day, 0, is_end=False))


def day_end(day: Any, zone: str) -> datetime:
    """24:00 of the day."""
    return day_start(day + timedelta(days=1), zone)
