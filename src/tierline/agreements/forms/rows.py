"""Alert steps and credits in the editor: a row each, and empty ones for more, so that no script is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from tierline.agreements.forms.fields import checks, choice, line, word
from tierline.domain.priority import Priority
from tierline.domain.terms import TELLS, Kind

SPARE_STEPS, SPARE_CREDITS = 2, 2
MOST = 40
_POINTS = ("used", "before", "after")
_STEP = ("key", "tell", "point", "amount", "count", "kinds", "priorities")
_CREDIT = ("kind", "priority", "times")
_PRIORITIES = tuple(priority.value for priority in Priority)


def add_steps(form: forms.Form, body: Mapping[str, Any], data: Any) -> list[dict[str, forms.BoundField]]:
    """Adds the fields of every row; the rows as a template draws them."""
    steps: Sequence[Mapping[str, Any]] = body.get("steps", ())
    count = _count("step", len(steps) + SPARE_STEPS, data)
    for i in range(count):
        made = {
            "key": line("step_key", limit=40, required=False),
            "tell": choice("step_tell", [(t, word("tell", t)) for t in TELLS], required=False),
            "point": choice("step_point", [(p, word("step_point", p)) for p in _POINTS], required=False),
            "amount": line("step_amount", limit=20, required=False),
            "count": choice("step_count", [(c, word("step_count", c)) for c in ("elapsed", "working")], required=False),
            "kinds": _many("step_kinds", [(k.value, word("clock", k.value)) for k in Kind]),
            "priorities": _many("step_priorities", [(p, p) for p in _PRIORITIES]),
        }
        _add(form, "step", i, made, _typed_step(steps[i]) if i < len(steps) else {})
    return _bound(form, "step", count, _STEP)


def steps_of(form: forms.Form) -> list[dict[str, Any]]:
    found = []
    for i, row in _given(form, "step", _STEP):
        if not row["key"] and not row["amount"]:
            continue
        step = {"key": row["key"] or f"step_{i + 1}", "tell": row["tell"] or TELLS[0], **_point(row)}
        limits = {"kinds": row["kinds"], "priorities": row["priorities"]}
        found.append(step | {name: only for name, only in limits.items() if only})
    return found


def add_credits(form: forms.Form, body: Mapping[str, Any], data: Any) -> list[dict[str, forms.BoundField]]:
    credits: Sequence[Mapping[str, Any]] = body.get("credits", ())
    count = _count("credit", len(credits) + SPARE_CREDITS, data)
    for i in range(count):
        made = {
            "kind": choice("credit_kind", [(k.value, word("clock", k.value)) for k in Kind], required=False),
            "priority": choice("credit_priority", [(p, p) for p in _PRIORITIES], required=False),
            "times": line("credit_times", limit=20, required=False),
        }
        _add(form, "credit", i, made, credits[i] if i < len(credits) else {"kind": Kind.RESTORE.value})
    return _bound(form, "credit", count, _CREDIT)


def credits_of(form: forms.Form) -> list[dict[str, Any]]:
    return [dict(row) for _, row in _given(form, "credit", _CREDIT) if row["times"]]


def _point(row: Mapping[str, Any]) -> dict[str, Any]:
    amount = str(row["amount"])
    if row["point"] == "used" or not row["point"]:
        return {"used": f"{amount}%" if amount.isdecimal() else amount}
    # A text that is no number goes through as it is: the domain refuses it with the step's name.
    minutes: Any = int(amount) if amount.removeprefix("-").isdecimal() else amount
    if isinstance(minutes, int) and row["point"] == "before":
        minutes = -minutes
    return {"minutes_from_due": minutes, **({"working": True} if row["count"] == "working" else {})}


def _typed_step(step: Mapping[str, Any]) -> dict[str, Any]:
    if "used" in step:
        point, amount = "used", str(step["used"])
    else:
        offset = int(step["minutes_from_due"])
        point, amount = ("before" if offset < 0 else "after"), str(abs(offset))
    return {
        "key": step["key"],
        "tell": step["tell"],
        "point": point,
        "amount": amount,
        "count": "working" if step.get("working") else "elapsed",
        "kinds": list(step.get("kinds", ())),
        "priorities": list(step.get("priorities", ())),
    }


def _many(name: str, choices: Sequence[tuple[str, Any]]) -> forms.MultipleChoiceField:
    said = gettext(f"page.agreement.{name}")
    return forms.MultipleChoiceField(label=said, choices=choices, required=False, widget=checks())


def _count(prefix: str, stored: int, data: Any) -> int:
    """As many rows as the browser sent, if it sent more than there are."""
    if data is None:
        return stored
    parts = (str(name).split("-") for name in data)
    sent = [int(p[1]) for p in parts if len(p) == 3 and p[0] == prefix and p[1].isdecimal() and len(p[1]) < 4]
    return max(stored, min(max(sent, default=0) + 1, MOST))


def _add(form: forms.Form, prefix: str, i: int, made: Mapping[str, forms.Field], initial: Mapping[str, Any]) -> None:
    for name, field in made.items():
        field.label = f"{field.label} {i + 1}"
        form.fields[f"{prefix}-{i}-{name}"] = field
        form.initial.setdefault(f"{prefix}-{i}-{name}", initial.get(name, ""))


def _bound(form: forms.Form, prefix: str, count: int, names: Sequence[str]) -> list[dict[str, forms.BoundField]]:
    return [{name: form[f"{prefix}-{i}-{name}"] for name in names} for i in range(count)]


def _given(form: forms.Form, prefix: str, names: Sequence[str]) -> list[tuple[int, dict[str, Any]]]:
    count = sum(name.startswith(f"{prefix}-") and name.endswith(f"-{names[0]}") for name in form.fields)
    return [(i, {name: form.cleaned_data[f"{prefix}-{i}-{name}"] for name in names}) for i in range(count)]
