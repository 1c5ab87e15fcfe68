"""A form as a page draws it and sends it back, with or without script: each field under ``a-<key>``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierline.domain.forms.answers import visible
from tierline.domain.forms.definition import ASSET, ATTACHMENT, CHOICE, FILES_LIMIT, MULTI_CHOICE, YES_NO, Field, Form

PREFIX = "a-"


@dataclass(frozen=True, slots=True)
class Drawn:
    """``value`` as it was typed, ``chosen`` the codes that are, ``kept`` the files that are here already.

    ``decides``: other fields wait for this one's answer.
    """

    field: Field
    name: str
    value: Any
    chosen: frozenset[str]
    kept: tuple[int, ...]
    errors: Sequence[str]
    decides: bool

    @property
    def look(self) -> str:
        """What it is drawn as."""
        return self.field.kind


def defaults(form: Form) -> dict[str, Any]:
    """What is filled in before anybody answered."""
    found = {f.key: f.default for f in form.fields if f.default is not None}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


def posted(form: Form, lists: Callable[[str], list[str]]) -> dict[str, Any]:
    """The answers as they were sent; ``lists`` gives all values of a name. Nothing is judged."""
    given: dict[str, Any] = {}
    for field in form.fields:
        values = lists(PREFIX + field.key)
        if field.kind == MULTI_CHOICE:
            given[field.key] = values
        elif field.kind == ATTACHMENT:
            given[field.key] = [i for kept in lists(f"{PREFIX}{field.key}-kept") for i in _ids(kept)]
        else:
            given[field.key] = values[0] if values else None
    return given


def drawn(form: Form, given: Mapping[str, Any], errors: Mapping[str, Sequence[str]]) -> list[Drawn]:
    """The fields that are asked now."""
    deciding = {f.when.field for f in form.fields if f.when is not None}
    return [_drawn(f, given.get(f.key), errors.get(f.key, ()), f.key in deciding) for f in visible(form, given)]


def _drawn(field: Field, value: Any, errors: Sequence[str], decides: bool) -> Drawn:
    chosen: frozenset[str] = frozenset()
    kept: tuple[int, ...] = ()
    if field.kind == MULTI_CHOICE:
        chosen = frozenset(str(v) for v in value or ())
    elif field.kind == YES_NO:
        chosen = frozenset({"yes" if value in (True, "yes", "true") else "no"} if value not in (None, "") else ())
    elif field.kind in (CHOICE, ASSET):
        chosen = frozenset({str(value)} if value else ())
    elif field.kind == ATTACHMENT:
        kept = tuple(value or ())
    shown = "" if value is None or isinstance(value, list) else value
    return Drawn(field, PREFIX + field.key, shown, chosen, kept, errors, decides)


def _ids(text: str) -> list[int]:
    return [int(n) for n in text.split(",") if n.isascii() and n.isdecimal() and len(n) < 19][:FILES_LIMIT]
