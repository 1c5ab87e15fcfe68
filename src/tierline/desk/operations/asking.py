"""What a service asks at the door, put beside what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierline.agreements.queries.request_forms import FormRow
from tierline.domain import forms
from tierline.domain.errors import Invalid
from tierline.domain.forms import Answers, AnswersRefused


class FormOutdated(Invalid):
    """The service asks something else by now: ``version`` is the one to answer."""

    code = "form_outdated"


NOTHING = Answers()


def answered(asked: FormRow | None, version: int | None, given: Mapping[str, Any] | None, *, strict: bool) -> Answers:
    """The answers to what is asked. ``given`` None: a door that shows no form (mail, an alert, an import).

    Raises FormOutdated for answers to another version, AnswersRefused with every fault.
    """
    if given is None:
        return NOTHING
    if version is not None and (asked is None or asked.number != version):
        raise FormOutdated(field="form_version", value=version, version=asked.number if asked else None)
    if asked is None:
        return forms.check(forms.Form(()), given, strict=strict)
    return forms.check(asked.form, given, strict=strict)


def missing_asset(asked: FormRow, answers: Answers, known: Mapping[str, Any]) -> AnswersRefused | None:
    """The refusal of an asset that is not in the ledger, or not the requester's own."""
    errors = [
        {"field": f.key, "code": "answer_not_offered"}
        for f in asked.form.fields
        if f.kind == "asset" and f.key in answers.values and answers.values[f.key] not in known
    ]
    return AnswersRefused(field="answers", errors=errors) if errors else None


def asset_of(asked: FormRow | None, answers: Answers, known: Mapping[str, Any]) -> int | None:
    """The first device that an answer names: the ticket is about it, where nothing else was said."""
    fields = asked.form.fields if asked is not None else ()
    tags = [answers.values[f.key] for f in fields if f.kind == "asset" and f.key in answers.values]
    return int(known[tags[0]].id) if tags else None
