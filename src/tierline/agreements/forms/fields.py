"""Fields that the room's forms share: amounts as people type them, days and moments of the enterprise's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[str, Any]]

_AMOUNT = re.compile(r"(\d{1,9})\s*([a-z一-鿿]+)\s*(24x7|24×7|elapsed|自然)?", re.IGNORECASE)
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("m", "min", "minute", "minutes", "分", "分钟"), "minutes"),
    **dict.fromkeys(("h", "hour", "hours", "时", "小时", "工时"), "hours"),
    **dict.fromkeys(("d", "day", "days", "天", "日", "工作日"), "working_days"),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), "seconds"),
}
_SHORT = {"minutes": "m", "hours": "h", "working_days": "d", "seconds": "s"}


def label(name: str) -> Any:
    return _(f"page.agreement.{name}")


def word(group: str, value: str) -> Any:
    return _(f"page.{group}.{value}")


def select(**attributes: Any) -> forms.Select:
    return forms.Select(attrs={"class": "select", **attributes})


def checks() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "cb"})


def line(name: str, *, limit: int = 200, required: bool = True, hint: str = "") -> forms.CharField:
    attributes = {"class": "input", "autocomplete": "off", **({"placeholder": hint} if hint else {})}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label(name), max_length=limit, required=required, widget=widget)


def choice(name: str, choices: Choices = (), *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label(name), choices=choices, required=required, widget=select())


def check(name: str) -> forms.BooleanField:
    return forms.BooleanField(label=label(name), required=False, widget=forms.CheckboxInput(attrs={"class": "cb"}))


def whole(name: str, *, required: bool = True, least: int | None = None, most: int | None = None) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"class": "input", "inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label(name), required=required, widget=widget, min_value=least, max_value=most)


class AmountField(forms.CharField):
    """``15m``, ``4 小时``, ``3d`` (working days), ``24h 24x7`` (around the clock); cleans to the terms' JSON or None.

    Whether the amount is sensible is the domain's to say, so that 0 comes back with its own sentence.
    """

    def __init__(self, said: Any) -> None:
        widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
        super().__init__(label=said, required=False, max_length=40, widget=widget)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip().lower()
        if not text:
            return None
        found = _AMOUNT.fullmatch(text.removeprefix("-"))
        unit = _UNITS.get(found[2]) if found else None
        if found is None or unit is None:
            raise forms.ValidationError(gettext("page.agreement.amount_unreadable"), code="amount")
        sign = -1 if text.startswith("-") else 1
        return {unit: sign * int(found[1]), **({"elapsed": True} if found[3] else {})}


def typed(amount: Any) -> str:
    """An amount of the terms' JSON as the field takes it: 15m, 4h, 3d, 24h 24x7."""
    if not isinstance(amount, Mapping):
        return ""
    unit, n = next((name, n) for name, n in amount.items() if name != "elapsed")
    if unit not in _SHORT:
        return f"{n} {unit}"
    return f"{n}{_SHORT[unit]}" + (" 24x7" if amount.get("elapsed") else "")


class Moment(forms.CharField):
    """A day, or a day and a time, in ``zone``; cleans to an aware instant or None. A day is its first moment."""

    def __init__(self, name: str, *, zone: ZoneInfo, required: bool = False) -> None:
        widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off", "placeholder": "2027-01-01 09:00"})
        super().__init__(label=label(name), required=required, max_length=40, widget=widget)
        self.zone = zone

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(gettext("page.agreement.moment_unreadable"), code="moment") from None
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            here = value.astimezone(self.zone)
            return f"{here:%Y-%m-%d}" if (here.hour, here.minute) == (0, 0) else f"{here:%Y-%m-%d %H:%M}"
        return value
