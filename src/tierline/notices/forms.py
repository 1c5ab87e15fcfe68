"""What the preferences page asks."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.domain.notices import ALWAYS_IN_APP, BUDGET_LIMIT, Channel, Kind, Rhythm, When
from tierline.notices.queries import Wishes
from tierline.notices.services import Chosen

_CHECK = {"class": "cb"}
_TIME = {"type": "time", "class": "input"}
_IN_APP = ((When.NOW.value, _("page.notice.when.now")), (When.OFF.value, _("page.notice.when.off")))
_OUTSIDE = (
    (When.NOW.value, _("page.notice.when.now")),
    (When.DIGEST.value, _("page.notice.when.digest")),
    (When.OFF.value, _("page.notice.when.off")),
)


class Preferences(forms.Form):
    """One choice per kind and channel, named ``kind.channel``; what nobody can turn off has no field."""

    budget = forms.IntegerField(
        label=_("page.notice.budget"),
        min_value=1,
        max_value=BUDGET_LIMIT,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    is_quiet = forms.BooleanField(
        label=_("page.notice.quiet"), required=False, widget=forms.CheckboxInput(attrs=_CHECK)
    )
    quiet_from = forms.TimeField(label=_("page.notice.quiet_from"), widget=forms.TimeInput(attrs=_TIME))
    quiet_until = forms.TimeField(label=_("page.notice.quiet_until"), widget=forms.TimeInput(attrs=_TIME))
    rhythm = forms.ChoiceField(
        label=_("page.notice.rhythm"),
        choices=((Rhythm.HOURLY.value, _("page.notice.hourly")), (Rhythm.DAILY.value, _("page.notice.daily"))),
        widget=forms.Select(attrs={"class": "select"}),
    )
    daily_at = forms.TimeField(label=_("page.notice.daily_at"), widget=forms.TimeInput(attrs=_TIME))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Kind:
            for channel in Channel:
                if channel is Channel.APP and kind in ALWAYS_IN_APP:
                    continue
                choices = _IN_APP if channel is Channel.APP else _OUTSIDE
                self.fields[f"{kind}.{channel}"] = forms.ChoiceField(
                    choices=choices, widget=forms.Select(attrs={"class": "select select--s"})
                )

    def chosen(self) -> Chosen:
        given = self.cleaned_data
        return Chosen(
            wishes={
                kind: {channel: When(given.get(f"{kind}.{channel}", When.NOW)) for channel in Channel} for kind in Kind
            },
            budget=given["budget"],
            is_quiet=given["is_quiet"],
            quiet_from=_minutes(given["quiet_from"]),
            quiet_until=_minutes(given["quiet_until"]),
            rhythm=Rhythm(given["rhythm"]),
            daily_at=_minutes(given["daily_at"]),
        )


class NewHook(forms.Form):
    """``enterprise`` empty: one's own. ``kinds`` is asked for an enterprise's hook only."""

    url = forms.CharField(
        label=_("page.notice.hook_url"),
        max_length=2000,
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://", "autocomplete": "off"}),
    )
    label = forms.CharField(
        label=_("page.notice.hook_label"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    enterprise = forms.ChoiceField(
        label=_("page.notice.hook_for"), required=False, widget=forms.Select(attrs={"class": "select"})
    )
    kinds = forms.MultipleChoiceField(
        label=_("page.notice.hook_kinds"),
        choices=[(kind.value, kind.value) for kind in Kind if kind is not Kind.CHANNEL],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = ("", _("page.notice.hook_mine"))
        self.fields["enterprise"].choices = [mine, *((str(n), name) for n, name in places)]  # type: ignore[attr-defined]


def initial(wishes: Wishes) -> dict[str, Any]:
    """The stored preferences as the form shows them."""
    return {
        "budget": wishes.budget,
        "is_quiet": wishes.is_quiet,
        "quiet_from": _time(wishes.quiet.starts),
        "quiet_until": _time(wishes.quiet.ends),
        "rhythm": wishes.rhythm.value,
        "daily_at": _time(wishes.daily_at),
        **{f"{k}.{c}": when.value for k, own in wishes.by_kind.items() for c, when in own.items()},
    }


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
