"""The fields of the desk's forms: their labels, their looks, and the few that Django has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[Any, Any]]


def codes(group: str, values: Sequence[str]) -> Choices:
    return [(value, _(f"page.{group}.{value}")) for value in values]


def label(name: str) -> Any:
    return _(f"page.field.{name}")


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "textarea", "rows": rows})


def select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


def text_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off"})


def words(name: str, *, rows: int = 3, limit: int = 20_000, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label(name), max_length=limit, strip=False, required=required, widget=area(rows))


def line(name: str, *, limit: int, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label(name), max_length=limit, required=required, widget=text_input())


def choice(name: str, choices: Choices = (), *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label(name), choices=choices, required=required, widget=select())


class Lines(forms.CharField):
    """One item a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=area(3), strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The service limits each item."""


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    def __init__(self) -> None:
        widget = ManyFiles(attrs={"class": "file", "multiple": True})
        super().__init__(label=label("files"), required=False, widget=widget)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(one, initial) for one in given if one]


class Pairs(forms.Widget):
    """Rows of what was tried and what came of it; one more than is filled."""

    template_name = "desk/_pairs.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows = list(value or [])
        context["rows"] = rows + [{"step": "", "result": ""}] * max(1, 3 - len(rows))
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        get = data.getlist if hasattr(data, "getlist") else lambda key: data.get(key, [])
        pairs = zip(get(f"{name}_step"), get(f"{name}_result"), strict=False)
        return [{"step": s, "result": r} for s, r in pairs if s.strip() or r.strip()]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_step_1"


class Steps(forms.Field):
    widget = Pairs


class Suggest(forms.TextInput):
    """A line that suggests what is usual and takes anything else too."""

    template_name = "desk/_suggest.html"
    suggested: Choices = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["suggested"] = self.suggested
        context["widget"]["attrs"]["list"] = f"{(attrs or {}).get('id', name)}-list"
        return context
