"""What differs between two versions of a form, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from tierline.domain.forms.definition import Condition, Field, Form, Option


@dataclass(frozen=True, slots=True)
class Difference:
    """``what``: added, removed, moved or changed; for changed, ``part`` of the field with what it was and is."""

    key: str
    what: str
    part: str = ""
    before: str = ""
    after: str = ""


def differences(a: Form, b: Form) -> list[Difference]:
    """From ``a`` to ``b``: what was removed first, then the fields of ``b`` in their order."""
    was: Mapping[str, Field] = {f.key: f for f in a.fields}
    now: Mapping[str, Field] = {f.key: f for f in b.fields}
    found = [Difference(key, "removed", before=f.zh) for key, f in was.items() if key not in now]
    stayed = [key for key in was if key in now]
    order = {key: n for n, key in enumerate(key for key in now if key in was)}
    for key, field in now.items():
        if key not in was:
            found.append(Difference(key, "added", after=field.zh))
            continue
        if order[key] != stayed.index(key):
            found.append(Difference(key, "moved", before=str(stayed.index(key) + 1), after=str(order[key] + 1)))
        found += _changed(was[key], field)
    return found


def _changed(was: Field, now: Field) -> list[Difference]:
    return [
        Difference(now.key, "changed", part.name, _said(getattr(was, part.name)), _said(getattr(now, part.name)))
        for part in fields(Field)
        if getattr(was, part.name) != getattr(now, part.name)
    ]


def _said(value: Any) -> str:
    if isinstance(value, Condition):
        return f"{value.field} {value.op} {', '.join(value.values)}"
    if isinstance(value, tuple):
        return ", ".join(f"{o.code} {o.zh} / {o.en}" if isinstance(o, Option) else str(o) for o in value)
    return "" if value is None else str(value)
