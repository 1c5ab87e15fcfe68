"""What a person writes into the room's forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT
from tierline.knowledge.policies import AUDIENCES
from tierline.knowledge.services import Step
from tierline.knowledge.services.checklists import BY

Choices = Sequence[tuple[Any, Any]]
_APPLIES_HINT = "V8.1.x"


def _line(name: str, *, limit: int, required: bool = True, **attrs: Any) -> forms.CharField:
    look = forms.TextInput(attrs={"class": "input", **attrs})
    return forms.CharField(label=_(f"page.field.{name}"), max_length=limit, required=required, widget=look)


def _words(name: str, *, limit: int, rows: int, required: bool = True, **attrs: Any) -> forms.CharField:
    look = forms.Textarea(attrs={"class": "textarea", "rows": rows, **attrs})
    return forms.CharField(label=_(f"page.field.{name}"), max_length=limit, required=required, strip=False, widget=look)


def _choice(name: str, choices: Choices = (), *, required: bool = True) -> forms.ChoiceField:
    look = forms.Select(attrs={"class": "select"})
    return forms.ChoiceField(label=_(f"page.field.{name}"), choices=choices, required=required, widget=look)


def _codes(prefix: str, codes: Sequence[str]) -> Choices:
    return [(code, _(f"page.{prefix}.{code}")) for code in codes]


class Products(forms.Field):
    """One product a line, its versions after a bar: ``CloudAbacus | V8.1.x``."""

    def __init__(self) -> None:
        look = forms.Textarea(attrs={"class": "textarea", "rows": 2, "placeholder": f"… | {_APPLIES_HINT}"})
        super().__init__(label=_("page.field.applies"), required=False, widget=look)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(" | ".join(filter(None, line)) for line in value)
        return value

    def to_python(self, value: Any) -> tuple[tuple[str, str], ...]:
        lines = [line.partition("|") for line in str(value or "").splitlines() if line.strip()]
        return tuple((product.strip(), versions.strip()) for product, _sep, versions in lines if product.strip())


class ArticleForm(forms.Form):
    """``seen``: the version the writer began from, 0 for a new article."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    enterprise = _choice("enterprise", required=False)
    kind = _choice("article_kind", _codes("article_kind", ("article", "procedure")), required=False)
    language = _choice("language", _codes("article_language", ("zh-hans", "en")), required=False)
    title = _line("title", limit=SUBJECT_LIMIT)
    body = _words("body", limit=TEXT_LIMIT, rows=22, spellcheck="false")
    audience = _choice("audience", _codes("audience", AUDIENCES), required=False)
    owner = _choice("owner", required=False)
    fault_class = _line("fault_class", limit=100, required=False)
    applies = Products()
    file = forms.FileField(label=_("page.field.attachments"), required=False)

    def __init__(self, *args: Any, enterprises: Choices = (), owners: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("enterprise", enterprises), ("owner", owners)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "—"), *choices] if name != "enterprise" else list(choices)
            if not choices:
                del self.fields[name]


class PublishForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    audience = _choice("audience", _codes("audience", AUDIENCES), required=False)
    review_on = forms.DateField(
        label=_("page.field.review_on"),
        required=False,
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )


class SeenForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SendBackForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = _words("reason", limit=2000, rows=3)


class OfferForm(forms.Form):
    title = _line("title", limit=SUBJECT_LIMIT)
    body = _words("body", limit=TEXT_LIMIT, rows=16)


class SynonymsForm(forms.Form):
    """A group a line, its words apart by commas."""

    groups = _words("synonyms", limit=60_000, rows=14, required=False)

    def clean_groups(self) -> list[list[str]]:
        lines = str(self.cleaned_data["groups"]).replace("，", ",").replace("、", ",").splitlines()
        return [[word.strip() for word in line.split(",") if word.strip()] for line in lines if line.strip()]


class ChecklistForm(forms.Form):
    """One step a line: the text, who answers it, and what to do when it fails, apart by bars."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    enterprise = _choice("enterprise", required=False)
    fault_class = _line("fault_class", limit=100)
    title = _line("title", limit=200)
    steps = _words("steps", limit=30_000, rows=10)

    def __init__(self, *args: Any, enterprises: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].choices = list(enterprises)  # type: ignore[attr-defined]
        if len(enterprises) < 2:
            del self.fields["enterprise"]

    def clean_steps(self) -> list[Step]:
        lines = [line.replace("｜", "|").split("|") for line in str(self.cleaned_data["steps"]).splitlines()]
        return [_step([part.strip() for part in line]) for line in lines if line[0].strip()]


def _step(parts: Sequence[str]) -> Step:
    by = parts[1] if len(parts) > 1 and parts[1] in BY else "look"
    rest = [part for part in parts[1:] if part not in BY]
    return Step(parts[0], by, " ".join(rest))
