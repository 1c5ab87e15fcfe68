"""What the import pages ask for: a file, and which of its columns is what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tierline.domain.priority import Impact, Urgency
from tierline.imports.shapes import SHAPES
from tierline.imports.shapes.presets import PRESETS
from tierline.imports.shapes.table import COLUMNS, NEEDED

TABLE = "table"
_NAMES = (*(s.name for s in SHAPES), *PRESETS, TABLE)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class UploadForm(forms.Form):
    enterprise = forms.TypedChoiceField(label=_("page.field.enterprise"), coerce=int, widget=_select())
    file = forms.FileField(label=_("page.imports.file"), widget=forms.ClearableFileInput(attrs={"class": "file"}))

    def __init__(self, *args: Any, enterprises: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].choices = list(enterprises)  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """A ``shape`` other than a table needs no columns; ``zone`` and ``time_format`` are taken where they are given."""

    shape = forms.ChoiceField(label=_("page.imports.shape"), widget=_select())
    source = forms.CharField(
        label=_("page.imports.source"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    zone = forms.CharField(
        label=_("page.imports.zone"), max_length=60, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )
    time_format = forms.CharField(
        label=_("page.imports.time_format"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": "%d/%m/%Y %H:%M"}),
    )
    priorities = forms.CharField(
        label=_("page.imports.priorities"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 3, "placeholder": "高 = significant, high"}),
    )

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shape"].choices = [(n, _(f"page.imports.shape_{n}")) for n in _NAMES]  # type: ignore[attr-defined]
        columns = [("", "—"), *((name, name) for name in header)]
        for name in COLUMNS:
            self.fields[f"c_{name}"] = forms.ChoiceField(
                label=_(f"page.imports.column_{name}"), choices=columns, required=False, widget=_select()
            )

    @property
    def columns(self) -> list[Any]:
        return [self[f"c_{name}"] for name in COLUMNS]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("shape") == TABLE:
            for name in NEEDED:
                if not given.get(f"c_{name}"):
                    self.add_error(f"c_{name}", gettext("page.imports.needed"))
        return given

    def mapping(self) -> dict[str, Any] | None:
        """As ``--mapping`` has it; None where the layout says everything itself."""
        given = self.cleaned_data
        told: dict[str, Any] = {}
        if given["shape"] == TABLE:
            told = {name: given[f"c_{name}"] for name in COLUMNS if given[f"c_{name}"]}
        if given["shape"] == TABLE or given["shape"] in PRESETS:
            formats = [part.strip() for part in given["time_format"].split("|") if part.strip()]
            told |= {"zone": given["zone"].strip()} if given["zone"].strip() else {}
            told |= {"time_format": formats} if formats else {}
            stated = _stated(given["priorities"])
            told |= {"priorities": stated} if stated else {}
        return told or None


def initial(mapping: Mapping[str, Any], *, shape: str, source: str, zone: str) -> dict[str, Any]:
    formats = mapping.get("time_format", "")
    stated = mapping.get("priorities", {})
    return {
        "shape": shape,
        "source": source,
        "zone": mapping.get("zone", zone),
        "time_format": " | ".join(formats) if isinstance(formats, list) else formats,
        "priorities": "\n".join(f"{word} = {', '.join(pair)}" for word, pair in stated.items()),
        **{f"c_{name}": mapping[name] for name in COLUMNS if name in mapping},
    }


def _stated(text: str) -> dict[str, list[str]]:
    """Their word = impact, urgency; one a line."""
    found = {}
    for line in text.splitlines()[:100]:
        word, _, told = line.partition("=")
        pair = [piece.strip() for piece in told.replace("，", ",").split(",")]
        if word.strip() and len(pair) == 2 and pair[0] in set(Impact) and pair[1] in set(Urgency):
            found[word.strip()] = pair
    return found
