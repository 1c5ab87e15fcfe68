"""Contracts, entitlements, parties, and the question which agreement applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext

from tierline.agreements.forms.fields import AmountField, Choices, Moment, check, choice, label, line, typed, word
from tierline.domain.priority import Priority

PRIORITIES = tuple(priority.value for priority in Priority)


class NewAgreementForm(forms.Form):
    """``like`` is the version that the first draft is copied from; empty: the shipped promises."""

    enterprise = choice("enterprise")
    code = line("code", limit=60, hint="gold")
    name_zh = line("name_zh")
    name_en = line("name_en")
    like = choice("like", required=False)

    def __init__(self, *args: Any, enterprises: Choices, versions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "enterprise", enterprises)
        _offer(self, "like", [("", label("like_shipped")), *versions])


class EntitleForm(forms.Form):
    """Whom: what is left open means any. ``replaces`` ends what the same scope had."""

    customer = line("customer", required=False)
    grade = choice("grade", required=False)
    service = choice("service", required=False)
    contract = choice("contract", required=False)
    replaces = check("replaces")

    def __init__(
        self, *args: Any, zone: ZoneInfo, grades: Choices, services: Choices, contracts: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"] = Moment("starts_at", zone=zone)
        self.fields["ends_at"] = Moment("ends_at", zone=zone)
        for name, choices in (("grade", grades), ("service", services), ("contract", contracts)):
            _offer(self, name, [("", label("any" if name != "contract" else "none")), *choices])


class UntilForm(forms.Form):
    """When something ends; empty where an open end is possible."""

    def __init__(self, *args: Any, zone: ZoneInfo, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"] = Moment("ends_at", zone=zone, required=required)


class ContractForm(forms.Form):
    enterprise = choice("enterprise")
    code = line("contract_code", limit=60, hint="CT-2027-0001")
    name_zh = line("name_zh")
    name_en = line("name_en")
    signed_on = forms.DateField(
        label=label("signed_on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "placeholder": "2026-12-31"}),
    )
    signed_by = line("signed_by", required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, enterprises: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "enterprise", enterprises)
        self.fields["starts_at"] = Moment("starts_at", zone=zone, required=True)
        self.fields["ends_at"] = Moment("ends_at", zone=zone)


class PartyForm(forms.Form):
    """A tier, a department or a supplier, and how to reach it."""

    enterprise = choice("enterprise")
    kind = choice("party_kind")
    code = line("party_code", limit=60)
    name_zh = line("name_zh")
    name_en = line("name_en")
    contact = line("contact", required=False)
    email = forms.EmailField(
        label=label("email"), max_length=320, required=False, widget=forms.EmailInput(attrs={"class": "input"})
    )
    phone = line("phone", limit=40, required=False)
    contract = line("supplier_contract", required=False)

    def __init__(self, *args: Any, enterprises: Choices, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "enterprise", enterprises)
        _offer(self, "kind", [(kind, word("party", kind)) for kind in kinds])


class PartyPromiseForm(forms.Form):
    """Per priority a calendar and, for each clock that the party owes, a target."""

    def __init__(
        self, *args: Any, kinds: Sequence[str], calendars: Choices, held: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        named = [("always", word("agreement", "always")), *calendars]
        was = held or {"calendar_of": {}, "targets": {}}
        for priority in PRIORITIES:
            field = choice("calendar_of", named)
            field.label = f"{gettext('page.agreement.calendar_of')} {priority}"
            field.initial = was["calendar_of"].get(priority, "always")
            self.fields[f"calendar-{priority}"] = field
            for kind in kinds:
                own = AmountField(f"{gettext(f'page.clock.{kind}')} {priority}")
                own.initial = typed(was["targets"].get(kind, {}).get(priority))
                self.fields[f"target-{kind}-{priority}"] = own

    def calendar_of(self) -> dict[str, str]:
        return {p: self.cleaned_data[f"calendar-{p}"] for p in PRIORITIES}

    def targets(self) -> dict[str, dict[str, Any]]:
        given = {k: {p: self.cleaned_data[f"target-{k}-{p}"] for p in PRIORITIES} for k in self.kinds}
        kept = {kind: {p: amount for p, amount in row.items() if amount is not None} for kind, row in given.items()}
        return {kind: row for kind, row in kept.items() if row}

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        owed = [(kind, [self[f"target-{kind}-{p}"] for p in PRIORITIES]) for kind in self.kinds]
        return [*owed, ("", [self[f"calendar-{p}"] for p in PRIORITIES])]


class QuestionForm(forms.Form):
    """Which agreement applies: asked by GET, so that the answer has an address."""

    customer = line("customer", required=False)
    grade = choice("grade", required=False)
    service = choice("service", required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, grades: Choices, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = Moment("on", zone=zone)
        _offer(self, "grade", [("", label("of_customer")), *grades])
        _offer(self, "service", [("", label("any")), *services])


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
