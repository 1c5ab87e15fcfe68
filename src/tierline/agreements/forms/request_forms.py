"""The editor of a request form: fields as numbered rows of plain inputs, so that it works without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.domain.forms import CHOICES, CONDITIONS, FIELD_LIMIT, KINDS, Fault

_TEXTS = ("key", "zh", "en", "help_zh", "help_en", "min", "max")


class ServiceForm(forms.Form):
    """A service's names, the tier its knowledge lives in, and who answers for it. ``code`` is asked only once."""

    enterprise = forms.ChoiceField(label=_("page.field.enterprise"), widget=forms.Select(attrs={"class": "select"}))
    name_zh = forms.CharField(
        label=_("page.catalogue.name_zh"), max_length=200, widget=forms.TextInput(attrs={"class": "input"})
    )
    name_en = forms.CharField(
        label=_("page.catalogue.name_en"), max_length=200, widget=forms.TextInput(attrs={"class": "input"})
    )
    code = forms.CharField(
        label=_("page.catalogue.code"), max_length=60, widget=forms.TextInput(attrs={"class": "input"})
    )
    owner_tier = forms.TypedChoiceField(
        label=_("page.catalogue.owner_tier"),
        coerce=int,
        choices=[(1, "L1"), (2, "L2"), (3, "L3")],
        widget=forms.Select(attrs={"class": "select"}),
    )
    owner = forms.TypedChoiceField(
        label=_("page.catalogue.owner"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, *args: Any, enterprises: Iterable[Any], owners: Iterable[Any], is_new: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["enterprise"].choices = list(enterprises)  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "—"), *owners]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["code"], self.fields["enterprise"]


class FaultClassForm(forms.Form):
    code = forms.CharField(
        label=_("page.catalogue.code"), max_length=60, widget=forms.TextInput(attrs={"class": "input"})
    )
    name_zh = forms.CharField(
        label=_("page.catalogue.name_zh"), max_length=200, widget=forms.TextInput(attrs={"class": "input"})
    )
    name_en = forms.CharField(
        label=_("page.catalogue.name_en"), max_length=200, widget=forms.TextInput(attrs={"class": "input"})
    )


@dataclass(slots=True)
class Row:
    """A field as the editor shows it: every part as text."""

    place: int
    kind: str
    parts: Mapping[str, str]
    required: bool
    options: str
    when: Mapping[str, str]
    default: str
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_options(self) -> bool:
        return self.kind in CHOICES

    @property
    def has_limits(self) -> bool:
        return self.kind not in ("choice", "yes_no", "asset")

    @property
    def has_default(self) -> bool:
        return self.kind not in ("asset", "attachment")


def body_of(post: Any) -> dict[str, Any]:
    """The definition that was typed, faults and all."""
    told = post.get("fields", "")
    count = min(int(told), FIELD_LIMIT) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
    return {"fields": [_field(post, n) for n in range(count)]}


def acted(body: Mapping[str, Any], act: str, kind: str) -> dict[str, Any]:
    """The definition after a button of the editor: ``add``, or ``up``, ``down`` or ``remove`` with a place."""
    fields = list(body["fields"])
    what, _, told = act.partition(":")
    place = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else -1
    if what == "add" and kind in KINDS and len(fields) < FIELD_LIMIT:
        fields.append({"key": _fresh({f["key"] for f in fields}), "kind": kind, "zh": "", "en": ""})
    elif what == "remove" and 0 <= place < len(fields):
        del fields[place]
    elif what in ("up", "down") and 0 <= place < len(fields):
        other = place - 1 if what == "up" else place + 1
        if 0 <= other < len(fields):
            fields[place], fields[other] = fields[other], fields[place]
    return {"fields": fields}


def rows_of(body: Mapping[str, Any], faults: Iterable[Fault]) -> list[Row]:
    told: dict[int, list[tuple[str, str]]] = {}
    for fault in faults:
        told.setdefault(fault.place, []).append((fault.part, fault.why))
    return [_row(n, f, told.get(n, [])) for n, f in enumerate(body.get("fields", []))]


def _fresh(taken: set[str]) -> str:
    return next(key for n in range(1, FIELD_LIMIT + 2) if (key := f"field_{n}") not in taken)


def _field(post: Any, n: int) -> dict[str, Any]:
    def part(name: str) -> str:
        return str(post.get(f"f-{n}-{name}", "")).replace("\x00", "").strip()[:4000]

    kind = part("kind")
    found: dict[str, Any] = {"kind": kind, **{name: part(name) for name in _TEXTS if part(name)}}
    found |= {name: part(name) for name in ("key", "zh", "en")}
    if part("required"):
        found["required"] = True
    if options := _options(part("options")):
        found["options"] = options
    if part("when"):
        op = part("op") if part("op") in CONDITIONS else "is"
        found["when"] = {"field": part("when"), "op": op, "values": _listed(part("values"))}
    if part("default"):
        found["default"] = _default(kind, part("default"))
    return found


def _options(text: str) -> list[dict[str, str]]:
    """One a line: code | Chinese | English; English may be left out where it is the same."""
    options = []
    for line in text.splitlines()[:200]:
        code, *names = (piece.strip() for piece in line.split("|"))
        if code:
            zh = names[0] if names else code
            options.append({"code": code, "zh": zh, "en": names[1] if len(names) > 1 else zh})
    return options


def _listed(text: str) -> list[str]:
    return [piece.strip() for piece in text.replace("，", ",").split(",") if piece.strip()]


def _default(kind: str, text: str) -> Any:
    if kind == "multi_choice":
        return _listed(text)
    return {"yes": True, "no": False}.get(text, text) if kind == "yes_no" else text


def _row(n: int, told: Mapping[str, Any], faults: list[tuple[str, str]]) -> Row:
    when, default = told.get("when") or {}, told.get("default")
    said = "yes" if default is True else "no" if default is False else default
    return Row(
        place=n,
        kind=str(told.get("kind", "")),
        parts={name: str(told.get(name) or "") for name in _TEXTS},
        required=bool(told.get("required")),
        options="\n".join(f"{o['code']} | {o['zh']} | {o['en']}" for o in told.get("options") or []),
        when={
            "field": str(when.get("field", "")),
            "op": str(when.get("op", "is")),
            "values": ", ".join(when.get("values", [])),
        },
        default=", ".join(said) if isinstance(said, list) else str(said or ""),
        faults=faults,
    )
