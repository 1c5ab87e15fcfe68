"""What each verb asks for. A form checks shape only; whether the move is legal is the service's to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from tierline.desk.fields import (
    Choices,
    Files,
    Lines,
    Steps,
    Suggest,
    choice,
    codes,
    label,
    line,
    select,
    text_input,
    words,
)
from tierline.domain import handover
from tierline.domain.priority import Impact, Urgency
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Offer:
    """What this ticket lets one choose from; read once for the page."""

    services: Choices = ()
    fault_classes: Choices = ()
    assignees: Choices = ()
    tiers: Choices = ()
    articles: Choices = ()
    messages: Choices = ()
    reasons: Choices = ()
    causes: Sequence[str] = ()
    departments: Choices = ()
    suppliers: Choices = ()
    preset: Mapping[str, Any] = field(default_factory=dict)


# Many forms stand on one page, some twice; nothing refers to a hidden field by its id.
_NO_ID = {"id": False}


class Move(forms.Form):
    """``version`` is the one the person was looking at, ``seq`` the newest event they saw."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs=_NO_ID), min_value=0)
    seq = forms.IntegerField(widget=forms.HiddenInput(attrs=_NO_ID), min_value=0, required=False)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        kwargs["initial"] = {**offer.preset, **kwargs.get("initial", {})}
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        self.offer_choices(offer)

    def offer_choices(self, offer: Offer) -> None:
        """Fills the selects that depend on the ticket."""

    def offer_field(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class Plain(Move):
    """Nothing to fill in."""


class Reply(Move):
    """``then`` is ``wait`` for a question whose answer the ticket waits for."""

    text = words("reply", limit=TEXT_LIMIT)
    then = forms.ChoiceField(choices=[("", ""), ("wait", "")], required=False, widget=forms.HiddenInput)
    attachments = Files()
    kept = forms.CharField(required=False, widget=forms.HiddenInput)


class Note(Move):
    text = words("note", limit=TEXT_LIMIT)
    kind = choice("note_kind", codes("note_kind", ("note", "plan", "work")))
    summary = words("plan_summary", rows=2, limit=TEXT_LIMIT, required=False)


class Call(Move):
    """A telephone call; without an instant it was just now."""

    direction = choice("call_direction", codes("call_direction", ("out", "in")))
    two_way = forms.BooleanField(label=label("call_two_way"), required=False, initial=True)
    happened_at = forms.DateTimeField(
        label=label("call_when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    text = words("call_text", limit=TEXT_LIMIT)


class Report(Move):
    report = words("rca_report", rows=6, limit=100_000)


class Classify(Move):
    service = choice("service")
    fault_class = choice("fault_class", required=False)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("service", offer.services)
        self.offer_field("fault_class", [("", "—"), *offer.fault_classes])


class Prioritise(Move):
    impact = choice("impact", codes("impact", [i.value for i in Impact]))
    urgency = choice("urgency", codes("urgency", [u.value for u in Urgency]))
    reason = choice("priority_change")

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("reason", offer.reasons)


class Assign(Move):
    assignee = forms.TypedChoiceField(label=label("assignee"), coerce=int, widget=select())

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("assignee", offer.assignees)


class Wait(Move):
    on = choice("wait_on", codes("wait", ("customer", "third_party", "maintenance", "date")))
    reason = words("wait_reason", rows=2, limit=2000)
    until = forms.DateTimeField(
        label=label("until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class Escalate(Move):
    """The five parts of the package stay unchecked here: the handover rule names all that is missing at once."""

    to = choice("escalate_to")
    symptoms = words("symptoms", required=False)
    impact = words("package_impact", rows=2, required=False)
    steps_tried = Steps(label=label("steps_tried"), required=False)
    evidence = Lines(label=label("evidence"), required=False)
    question = words("question", rows=2, required=False)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("to", offer.tiers)
        # The matrix's impact and the package's share a name, not a meaning.
        self.initial["impact"] = offer.preset.get("package_impact", "")

    def package(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in handover.REQUIRED}


class HandBack(Move):
    reason = choice("return_reason", codes("return_reason", handover.RETURN_REASONS))
    text = words("return_text")


class Task(Move):
    department = forms.CharField(
        label=label("department"),
        max_length=60,
        required=False,
        widget=Suggest(attrs={"class": "input", "autocomplete": "off"}),
    )
    supplier = choice("supplier", required=False)
    title = words("task_title", rows=2, limit=500)
    due_in_minutes = forms.IntegerField(
        label=label("due_in_minutes"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "input", "min": 1, "step": 1}),
    )
    blocking = forms.BooleanField(label=label("blocking"), required=False)

    def offer_choices(self, offer: Offer) -> None:
        """Who has no supplier is not asked for one."""
        self.fields["department"].widget.suggested = offer.departments
        self.offer_field("supplier", [("", "—"), *offer.suppliers])
        if not offer.suppliers:
            del self.fields["supplier"]
            self.fields["department"].required = True


class FinishTask(Move):
    result = words("task_result")


class Restore(Move):
    evidence = Lines(label=label("restore_evidence"))


class Resolve(Move):
    cause = forms.CharField(
        label=label("cause"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "list": "causes"}),
    )
    resolution = words("resolution")
    reply = words("resolve_reply", limit=TEXT_LIMIT, required=False)
    article = forms.TypedChoiceField(
        label=label("article"), coerce=int, empty_value=None, required=False, widget=select()
    )
    known_error = forms.IntegerField(
        label=label("known_error"), required=False, min_value=1, widget=forms.NumberInput(attrs={"class": "input"})
    )

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("article", [("", "—"), *offer.articles])


class Verify(Move):
    accepted = forms.TypedChoiceField(
        label=label("verified"),
        coerce=lambda value: value == "yes",
        choices=codes("verified", ("yes", "no")),
        widget=select(),
    )
    evidence = Lines(label=label("verify_evidence"), required=False)
    comment = words("comment", rows=2, required=False, limit=TEXT_LIMIT)


class Archive(Move):
    knowledge = choice("knowledge", codes("knowledge", ("deposit", "covered", "none")))
    reason = words("archive_reason", rows=2, limit=2000, required=False)


class Reopen(Move):
    reason = words("reopen_reason")


class Merge(Move):
    into = line("merge_into", limit=20)


class Split(Move):
    from_event = forms.TypedChoiceField(label=label("split_message"), coerce=int, widget=select())
    subject = line("subject", limit=SUBJECT_LIMIT)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("from_event", offer.messages)


class Link(Move):
    kind = choice("link_kind", codes("link", ("duplicate", "problem", "related")))
    target = line("link_target", limit=40)


class New(forms.Form):
    """A ticket opened by staff, for somebody who called or stood at the door."""

    enterprise = forms.TypedChoiceField(label=label("enterprise"), coerce=int, widget=select())
    email = forms.EmailField(label=label("requester_email"), max_length=320, widget=text_input())
    name = line("requester_name", limit=200, required=False)
    subject = line("subject", limit=SUBJECT_LIMIT, required=False)
    text = words("what_happened", rows=5, limit=TEXT_LIMIT)
    service = choice("service", required=False)
    impact = choice("impact", [("", "—"), *codes("impact", [i.value for i in Impact])], required=False)
    urgency = choice("urgency", [("", "—"), *codes("urgency", [u.value for u in Urgency])], required=False)
    channel = choice("channel", codes("channel", ("phone", "web", "email")))
    attachments = Files()

    def __init__(self, *args: Any, enterprises: Choices, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].choices = enterprises  # type: ignore[attr-defined]
        self.fields["service"].choices = [("", "—"), *services]  # type: ignore[attr-defined]


class Together(forms.Form):
    """What a verb on several tickets asks; the versions that were seen travel beside it."""

    def __init__(self, *args: Any, offer: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **kwargs)
        self.offer_choices(offer)

    def offer_choices(self, offer: Any) -> None:
        """Fills the selects that depend on the tickets."""

    def offer_field(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class BulkAssign(Together):
    assignee = forms.TypedChoiceField(label=label("assignee"), coerce=int, widget=select())

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("assignee", offer.assignees)


class BulkPrioritise(Together):
    """``grade`` is a cell of the matrix: ``impact|urgency``."""

    grade = choice("grade", [(f"{i.value}|{u.value}", "") for i in Impact for u in Urgency])
    reason = choice("priority_change")

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("reason", offer.reasons)

    def graded(self) -> dict[str, Any]:
        impact, _, urgency = self.cleaned_data["grade"].partition("|")
        return {"impact": impact, "urgency": urgency, "reason": self.cleaned_data["reason"]}


class BulkClassify(Together):
    service = choice("service")
    fault_class = choice("fault_class", required=False)

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("service", offer.services)
        self.offer_field("fault_class", [("", "—"), *offer.fault_classes])


class BulkWait(Together):
    on = choice("wait_on", codes("wait", ("customer", "third_party", "maintenance", "date")))
    reason = words("wait_reason", rows=2, limit=2000)
    until = Wait.base_fields["until"]


class SaveView(forms.Form):
    name = line("view_name", limit=60)
    is_shared = forms.BooleanField(label=label("view_shared"), required=False)
    is_default = forms.BooleanField(label=label("view_default"), required=False)
