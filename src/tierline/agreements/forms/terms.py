"""The editor of one version: every promise as a field, back to the terms' JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext

from tierline.agreements import wording
from tierline.agreements.forms import rows
from tierline.agreements.forms.fields import (
    AmountField,
    Choices,
    Moment,
    check,
    choice,
    label,
    line,
    typed,
    whole,
    word,
)
from tierline.domain.errors import DomainError
from tierline.domain.priority import Impact, Priority, Urgency
from tierline.domain.terms import PAUSABLE, WAITS, Kind

PRIORITIES = tuple(priority.value for priority in Priority)
TIERS = ("L2", "L3")
# Rows of the grid: a kind, and for what a tier promises on its own the tier.
GRID: Sequence[tuple[str, str]] = [
    row
    for kind in Kind
    for row in ([(kind.value, tier) for tier in TIERS] if kind is Kind.HAND_OFF_ACCEPT else [(kind.value, "")])
]
_WHOLE = ("reopen_hours", "silence_hours", "second_person_from_percent")
_DEFAULTS: Mapping[str, int] = {"reopen_hours": 168, "silence_hours": 72, "second_person_from_percent": 75}


class TermsForm(forms.Form):
    """``body`` is what is edited: terms with calendars by code. ``version`` is the draft's, as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reopen_hours = whole("reopen_hours", least=0, most=87_360)
    silence_hours = whole("silence_hours", least=1, most=87_360)
    second_person_from_percent = whole("second_person_from_percent", least=1, most=100)
    excludes_outages = check("excludes_outages")
    reason = line("reason", limit=500, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        body: Mapping[str, Any],
        calendars: Choices,
        zone: ZoneInfo,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**_initial(body), **(initial or {})})
        self.body = body
        self.fields["effective_from"] = Moment("effective_from", zone=zone)
        self.fields["effective_to"] = Moment("effective_to", zone=zone)
        self._offer_calendars(calendars)
        for kind, tier, priority in _cells():
            said = " ".join(filter(None, [gettext(f"page.clock.{kind}"), tier, priority]))
            self.fields[cell(kind, tier, priority)] = AmountField(said)
        for kind, on in _pauses():
            self._add(f"pause-{kind}-{on}", check("pauses"), _said(f"clock.{kind}", f"pause_on.{on}"))
        for priority in PRIORITIES:
            said = f"{gettext('page.agreement.return_minutes')} {priority}"
            self._add(f"return-{priority}", whole("return_minutes", required=False), said)
        for impact, urgency in _matrix():
            field = choice("matrix", [(p, p) for p in PRIORITIES])
            self._add(f"matrix-{impact}-{urgency}", field, _said(f"impact.{impact}", f"urgency.{urgency}"))
        self.steps = rows.add_steps(self, body, data)
        self.credit_rows = rows.add_credits(self, body, data)

    def terms(self) -> dict[str, Any]:
        """The terms as a draft keeps them. Only of a valid form."""
        given = self.cleaned_data
        return {
            **{name: value for name, value in self.body.items() if name not in ("id", "label", "calendars", "parties")},
            "calendar_of": {p: given[f"calendar-{p}"] for p in PRIORITIES},
            "working_calendar": given["working_calendar"],
            "tier_calendars": self._tier_calendars(),
            "targets": self._targets(),
            "pauses": self._pauses(),
            "excludes_outages": given["excludes_outages"],
            **{name: given[name] for name in _WHOLE},
            "return_minutes": {p: n for p in PRIORITIES if (n := given[f"return-{p}"]) is not None},
            "steps": rows.steps_of(self),
            "credits": rows.credits_of(self),
            "matrix": {i.value: {u.value: given[f"matrix-{i.value}-{u.value}"] for u in Urgency} for i in Impact},
        }

    def refuse(self, error: DomainError) -> None:
        """Shows a refusal at the field that it names, as far as that can be told, else above the form."""
        where = str(error.facts.get("where", "")).split()
        fields = [cell(where[0], tier, where[-1]) for tier in ("", *TIERS)] if len(where) > 1 else []
        kind, priority = error.facts.get("kind"), error.facts.get("priority")
        fields += [cell(str(kind), "", str(priority)), str(error.facts.get("field", ""))]
        shown = [name for name in fields if name in self.fields]
        filled = [name for name in shown if self.data.get(name, "").strip()]
        self.add_error(next(iter(filled or shown), None), wording.refusal(error))

    def grid(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [(kind, tier, [self[cell(kind, tier, p)] for p in PRIORITIES]) for kind, tier in GRID]

    def calendar_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Of the priorities, then of the tiers."""
        own = [self[f"calendar-{p}"] for p in PRIORITIES]
        return [("", own), *((tier, [self[f"calendar-{tier}-{p}"] for p in PRIORITIES]) for tier in TIERS)]

    def pause_rows(self) -> list[tuple[str, list[forms.BoundField | None]]]:
        """A wait that never stops the kind has no box."""
        return [
            (kind.value, [self[f"pause-{kind.value}-{on}"] if on in allowed else None for on in WAITS])
            for kind, allowed in PAUSABLE.items()
        ]

    def matrix_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(i.value, [self[f"matrix-{i.value}-{u.value}"] for u in Urgency]) for i in Impact]

    def return_row(self) -> list[forms.BoundField]:
        return [self[f"return-{p}"] for p in PRIORITIES]

    def _add(self, name: str, field: forms.Field, said: str) -> None:
        field.label = said
        self.fields[name] = field

    def _offer_calendars(self, calendars: Choices) -> None:
        named = [("always", word("agreement", "always")), *calendars]
        kept = _calendars_in(self.body) - {code for code, _ in named}
        offered = [*named, *((code, code) for code in sorted(kept))]
        for priority in PRIORITIES:
            field = choice("calendar_of", offered)
            field.label = f"{gettext('page.agreement.calendar_of')} {priority}"
            self.fields[f"calendar-{priority}"] = field
            for tier in TIERS:
                own = choice("calendar_of", [("", label("as_party")), *offered], required=False)
                own.label = f"{gettext('page.agreement.calendar_of')} {tier} {priority}"
                self.fields[f"calendar-{tier}-{priority}"] = own
        self.fields["working_calendar"] = choice("working_calendar", offered)

    def _targets(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, tier, priority in _cells():
            amount = self.cleaned_data[cell(kind, tier, priority)]
            if amount is None:
                continue
            row = found.setdefault(kind, {})
            if tier:
                row.setdefault(priority, {})[tier] = amount
            else:
                row[priority] = amount
        return found

    def _tier_calendars(self) -> dict[str, dict[str, str]]:
        given = {t: {p: self.cleaned_data[f"calendar-{t}-{p}"] for p in PRIORITIES} for t in TIERS}
        kept = {tier: {p: name for p, name in row.items() if name} for tier, row in given.items()}
        return {tier: row for tier, row in kept.items() if row}

    def _pauses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, on in _pauses():
            if self.cleaned_data[f"pause-{kind}-{on}"]:
                found.setdefault(kind, []).append(on)
        return found


def _said(*keys: str) -> str:
    return gettext("page.time.pause").join(gettext(f"page.{key}") for key in keys)


def cell(kind: str, tier: str, priority: str) -> str:
    return "-".join(filter(None, ["target", kind, tier, priority]))


def _cells() -> Iterator[tuple[str, str, str]]:
    for kind, tier in GRID:
        for priority in PRIORITIES:
            yield kind, tier, priority


def _pauses() -> Iterator[tuple[str, str]]:
    for kind, allowed in PAUSABLE.items():
        for on in WAITS:
            if on in allowed:
                yield kind.value, on


def _matrix() -> Iterator[tuple[str, str]]:
    for impact in Impact:
        for urgency in Urgency:
            yield impact.value, urgency.value


def _calendars_in(body: Mapping[str, Any]) -> set[str]:
    named = {str(body.get("working_calendar", ""))} | set(body.get("calendar_of", {}).values())
    named |= {name for row in body.get("tier_calendars", {}).values() for name in row.values()}
    return named - {""}


def _initial(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: body.get(name, default) for name, default in _DEFAULTS.items()}
    found["excludes_outages"] = body.get("excludes_outages", False)
    found["working_calendar"] = body.get("working_calendar", "")
    found |= {f"calendar-{p}": name for p, name in body.get("calendar_of", {}).items()}
    for tier, row in body.get("tier_calendars", {}).items():
        found |= {f"calendar-{tier}-{p}": name for p, name in row.items()}
    targets = body.get("targets", {})
    for kind, tier, priority in _cells():
        held = targets.get(kind, {}).get(priority) or {}
        by_tier = any(str(key).startswith("L") for key in held)
        found[cell(kind, tier, priority)] = typed(held.get(tier) if by_tier else held or None)
    for kind, waits in body.get("pauses", {}).items():
        found |= {f"pause-{kind}-{on}": True for on in waits}
    found |= {f"return-{p}": n for p, n in body.get("return_minutes", {}).items()}
    for impact, row in body.get("matrix", {}).items():
        found |= {f"matrix-{impact}-{urgency}": p for urgency, p in row.items()}
    return found
