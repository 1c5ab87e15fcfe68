"""What each verb asks for. A form checks shape only; whether the move is legal is the service's to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tierline.domain import handover
from tierline.domain.priority import Impact, Urgency
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT

Choices = Sequence[tuple[Any, Any]]


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
    preset: Mapping[str, Any] = field(default_factory=dict)


def _codes(group: str, values: Sequence[str]) -> Choices:
    return [(value, _(f"page.{group}.{value}")) for value in values]


def _label(name: str) -> Any:
    return _(f"page.field.{name}")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "textarea", "rows": rows})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


def _input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off"})


def _words(name: str, *, rows: int = 3, limit: int = 20_000, required: bool = True) -> forms.CharField:
    return forms.CharField(label=_label(name), max_length=limit, strip=False, required=required, widget=_area(rows))


def _line(name: str, *, limit: int, required: bool = True) -> forms.CharField:
    return forms.CharField(label=_label(name), max_length=limit, required=required, widget=_input())


def _choice(name: str, choices: Choices = (), *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=_label(name), choices=choices, required=required, widget=_select())


class Lines(forms.CharField):
    """One item a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_area(3), strip=False, **kwargs)

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
        super().__init__(label=_label("files"), required=False, widget=widget)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(one, initial) for one in given if one]


class Move(forms.Form):
    """``version`` is the one the person was looking at, ``seq`` the newest event they saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seq = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

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

    text = _words("reply", limit=TEXT_LIMIT)
    then = forms.ChoiceField(choices=[("", ""), ("wait", "")], required=False, widget=forms.HiddenInput)
    attachments = Files()
    kept = forms.CharField(required=False, widget=forms.HiddenInput)


class Note(Move):
    text = _words("note", limit=TEXT_LIMIT)
    kind = _choice("note_kind", _codes("note_kind", ("note", "plan", "work")))
    summary = _words("plan_summary", rows=2, limit=TEXT_LIMIT, required=False)


class Classify(Move):
    service = _choice("service")
    fault_class = _choice("fault_class", required=False)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("service", offer.services)
        self.offer_field("fault_class", [("", "—"), *offer.fault_classes])


class Prioritise(Move):
    impact = _choice("impact", _codes("impact", [i.value for i in Impact]))
    urgency = _choice("urgency", _codes("urgency", [u.value for u in Urgency]))
    reason = _choice("priority_change")

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("reason", offer.reasons)


class Assign(Move):
    assignee = forms.TypedChoiceField(label=_label("assignee"), coerce=int, widget=_select())

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("assignee", offer.assignees)


class Wait(Move):
    on = _choice("wait_on", _codes("wait", ("customer", "third_party", "maintenance", "date")))
    reason = _words("wait_reason", rows=2, limit=2000)
    until = forms.DateTimeField(
        label=_label("until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


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


class Escalate(Move):
    """The five parts of the package stay unchecked here: the handover rule names all that is missing at once."""

    to = _choice("escalate_to")
    symptoms = _words("symptoms", required=False)
    impact = _words("package_impact", rows=2, required=False)
    steps_tried = Steps(label=_label("steps_tried"), required=False)
    evidence = Lines(label=_label("evidence"), required=False)
    question = _words("question", rows=2, required=False)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("to", offer.tiers)
        # The matrix's impact and the package's share a name, not a meaning.
        self.initial["impact"] = offer.preset.get("package_impact", "")

    def package(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in handover.REQUIRED}


class HandBack(Move):
    reason = _choice("return_reason", _codes("return_reason", handover.RETURN_REASONS))
    text = _words("return_text")


class Task(Move):
    department = _line("department", limit=60)
    title = _words("task_title", rows=2, limit=500)
    due_in_minutes = forms.IntegerField(
        label=_label("due_in_minutes"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "input", "min": 1, "step": 1}),
    )
    blocking = forms.BooleanField(label=_label("blocking"), required=False)


class FinishTask(Move):
    result = _words("task_result")


class Restore(Move):
    evidence = Lines(label=_label("restore_evidence"))


class Resolve(Move):
    cause = forms.CharField(
        label=_label("cause"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "list": "causes"}),
    )
    resolution = _words("resolution")
    reply = _words("resolve_reply", limit=TEXT_LIMIT, required=False)
    article = forms.TypedChoiceField(
        label=_label("article"), coerce=int, empty_value=None, required=False, widget=_select()
    )
    known_error = forms.IntegerField(
        label=_label("known_error"), required=False, min_value=1, widget=forms.NumberInput(attrs={"class": "input"})
    )

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("article", [("", "—"), *offer.articles])


class Verify(Move):
    accepted = forms.TypedChoiceField(
        label=_label("verified"),
        coerce=lambda value: value == "yes",
        choices=_codes("verified", ("yes", "no")),
        widget=_select(),
    )
    evidence = Lines(label=_label("verify_evidence"), required=False)
    comment = _words("comment", rows=2, required=False, limit=TEXT_LIMIT)


class Archive(Move):
    knowledge = _choice("knowledge", _codes("knowledge", ("deposit", "covered", "none")))
    reason = _words("archive_reason", rows=2, limit=2000, required=False)


class Reopen(Move):
    reason = _words("reopen_reason")


class Merge(Move):
    into = _line("merge_into", limit=20)


class Split(Move):
    from_event = forms.TypedChoiceField(label=_label("split_message"), coerce=int, widget=_select())
    subject = _line("subject", limit=SUBJECT_LIMIT)

    def offer_choices(self, offer: Offer) -> None:
        self.offer_field("from_event", offer.messages)


class Link(Move):
    kind = _choice("link_kind", _codes("link", ("duplicate", "problem", "related")))
    target = _line("link_target", limit=40)


class New(forms.Form):
    """A ticket opened by staff, for somebody who called or stood at the door."""

    enterprise = forms.TypedChoiceField(label=_label("enterprise"), coerce=int, widget=_select())
    email = forms.EmailField(label=_label("requester_email"), max_length=320, widget=_input())
    name = _line("requester_name", limit=200, required=False)
    subject = _line("subject", limit=SUBJECT_LIMIT, required=False)
    text = _words("what_happened", rows=5, limit=TEXT_LIMIT)
    service = _choice("service", required=False)
    impact = _choice("impact", [("", "—"), *_codes("impact", [i.value for i in Impact])], required=False)
    urgency = _choice("urgency", [("", "—"), *_codes("urgency", [u.value for u in Urgency])], required=False)
    channel = _choice("channel", _codes("channel", ("phone", "web", "email")))
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
    assignee = forms.TypedChoiceField(label=_label("assignee"), coerce=int, widget=_select())

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("assignee", offer.assignees)


class BulkPrioritise(Together):
    """``grade`` is a cell of the matrix: ``impact|urgency``."""

    grade = _choice("grade", [(f"{i.value}|{u.value}", "") for i in Impact for u in Urgency])
    reason = _choice("priority_change")

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("reason", offer.reasons)

    def graded(self) -> dict[str, Any]:
        impact, _, urgency = self.cleaned_data["grade"].partition("|")
        return {"impact": impact, "urgency": urgency, "reason": self.cleaned_data["reason"]}


class BulkClassify(Together):
    service = _choice("service")
    fault_class = _choice("fault_class", required=False)

    def offer_choices(self, offer: Any) -> None:
        self.offer_field("service", offer.services)
        self.offer_field("fault_class", [("", "—"), *offer.fault_classes])


class BulkWait(Together):
    on = _choice("wait_on", _codes("wait", ("customer", "third_party", "maintenance", "date")))
    reason = _words("wait_reason", rows=2, limit=2000)
    until = Wait.base_fields["until"]


class SaveView(forms.Form):
    name = _line("view_name", limit=60)
    is_shared = forms.BooleanField(label=_label("view_shared"), required=False)
    is_default = forms.BooleanField(label=_label("view_default"), required=False)
