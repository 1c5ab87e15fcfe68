"""What the door and the portal ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT


class SignIn(forms.Form):
    email = forms.CharField(
        label=_("page.sign_in.email"),
        max_length=320,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("page.sign_in.password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
    )


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FileList(forms.FileField):
    """Any number of files; none is fine."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FileList, self).clean(one, initial) for one in given if one]


# The words of impact that a requester understands -> impact and urgency of the matrix.
HARM = {
    "stopped_all": ("extensive", "critical"),
    "stopped_one": ("significant", "high"),
    "trouble": ("moderate", "medium"),
    "question": ("minor", "low"),
}


def ids(kept: str) -> list[int]:
    """The files that were kept before the form was sent, as the form names them."""
    return [int(n) for n in kept.split(",") if n.isdecimal() and len(n) < 19][:50]


class Request(forms.Form):
    """``service`` offers the enterprise's catalogue, ``device`` what the customer has in the ledger.

    ``harm`` is optional: an ungraded ticket counts as P2.
    """

    subject = forms.CharField(
        label=_("page.portal.subject"),
        max_length=SUBJECT_LIMIT,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "aria-controls": "answers"}),
    )
    text = forms.CharField(
        label=_("page.portal.details"),
        max_length=TEXT_LIMIT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 4}),
    )
    service = forms.ChoiceField(label=_("page.portal.which_service"), required=False)
    device = forms.ChoiceField(label=_("page.portal.which_device"), required=False)
    harm = forms.ChoiceField(
        label=_("page.portal.how_bad"),
        required=False,
        choices=[(name, _(f"page.portal.harm_{name}")) for name in HARM],
        widget=forms.RadioSelect,
    )
    attachments = FileList(
        label=_("page.portal.files"), required=False, widget=Files(attrs={"class": "file picker", "multiple": True})
    )

    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, services: list[tuple[str, str]], devices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.devices = devices
        self.fields["device"].choices = [("", ""), *((d.tag, d.name) for d in devices)]  # type: ignore[attr-defined]
        self.fields["service"].choices = [("", _("page.portal.not_sure")), *services]  # type: ignore[attr-defined]


class Versioned(forms.Form):
    """Several stand on one page, so each names its fields after itself."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}), min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)


class Reply(Versioned):
    text = forms.CharField(
        label=_("page.portal.reply"),
        max_length=TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(
            attrs={"class": "textarea", "rows": 2, "placeholder": _("page.portal.reply_placeholder")}
        ),
    )
    attachments = FileList(
        label=_("page.portal.files"), required=False, widget=Files(attrs={"class": "file picker", "multiple": True})
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)


class Verify(Versioned):
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    comment = forms.CharField(
        label=_("page.portal.comment"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") == "no" and not given.get("comment", "").strip():
            self.add_error("comment", _("page.portal.say_what_fails"))
        return given


class Reopen(Versioned):
    reason = forms.CharField(
        label=_("page.portal.reopen_reason"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )


class Helped(Versioned):
    """Of one automatic answer, by its number; the version is not asked: it changes nothing that a person did."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seq = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class Rate(Versioned):
    """The version is not asked: a rating changes no ticket."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    score = forms.TypedChoiceField(
        label=_("page.rating.how"), coerce=int, choices=[(n, n) for n in (1, 2, 3, 4, 5)], widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("page.rating.comment"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 2}),
    )
