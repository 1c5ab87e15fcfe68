"""Which fields does somebody see who answered this, and are the answers fit to be kept?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tierline.domain.errors import DomainError, Invalid
from tierline.domain.forms.definition import (
    ASSET,
    ATTACHMENT,
    CHOICE,
    CONTAINS,
    DATE,
    FILES_LIMIT,
    LENGTH_LIMIT,
    LONG_TEXT,
    MULTI_CHOICE,
    NO,
    NUMBER,
    TEXT,
    WORDED,
    YES,
    YES_NO,
    Condition,
    Field,
    Form,
    day_of,
    number_of,
)
from tierline.domain.text import clean

_TAG_LIMIT = 100


class AnswersRefused(Invalid):
    """Some answers cannot be kept. ``errors``: one for each field, with ``field``, ``code`` and what the code needs.

    Codes: answer_missing, answer_unknown (the form has no such field), answer_not_asked (not shown for the other
    answers), answer_invalid (not of the kind), answer_not_offered, answer_too_short, answer_too_long, answer_too_small,
    answer_too_large, answer_too_few, answer_too_many, answer_too_early, answer_too_late.
    """

    code = "answers_refused"


@dataclass(frozen=True, slots=True)
class Answers:
    """``values`` by field: codes, numbers, days as YYYY-MM-DD, yes or no, an asset's tag, ids of files.

    ``words``: what people wrote, kept apart so that it can be erased.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[int, ...]:
        return tuple(i for v in self.values.values() if isinstance(v, list) for i in v if isinstance(i, int))


def visible(form: Form, given: Mapping[str, Any]) -> list[Field]:
    """The fields that are asked for these answers, in order. A hidden field answers nothing, whatever was given."""
    shown: dict[str, Field] = {}
    for each in form.fields:
        when = each.when
        if when is None or (when.field in shown and _holds(when, shown[when.field], given.get(when.field))):
            shown[each.key] = each
    return list(shown.values())


def check(form: Form, given: Mapping[str, Any], *, strict: bool) -> Answers:
    """The answers as they are kept. ``strict``: an answer to a field that is not shown is refused, not dropped.

    Raises AnswersRefused with every fault.
    """
    shown = {f.key: f for f in visible(form, given)}
    errors: list[dict[str, Any]] = []
    if strict:
        known = {f.key for f in form.fields}
        stray = [key for key in given if key not in shown]
        errors += [{"field": k, "code": "answer_not_asked" if k in known else "answer_unknown"} for k in stray]
    values: dict[str, Any] = {}
    words: dict[str, str] = {}
    for key, each in shown.items():
        value = given.get(key)
        if _is_blank(value):
            if each.required:
                errors.append({"field": key, "code": "answer_missing"})
            continue
        try:
            kept = _READERS[each.kind](each, value)
        except _Refused as refused:
            errors.append({"field": key, "code": f"answer_{refused.why}", **refused.facts})
        else:
            (words if each.kind in WORDED else values)[key] = kept
    if errors:
        raise AnswersRefused(field="answers", errors=errors)
    return Answers(values, words)


class _Refused(Exception):
    def __init__(self, why: str, **facts: Any) -> None:
        self.why, self.facts = why, facts
        super().__init__(why)


def _holds(when: Condition, other: Field, value: Any) -> bool:
    if _is_blank(value):
        return False
    if other.kind == YES_NO:
        said = _yes_or_no(value)
        return said is not None and (YES if said else NO) in when.values
    if other.kind == MULTI_CHOICE:
        chosen = {str(v) for v in value} if isinstance(value, list | tuple) else {str(value)}
        return bool(chosen & set(when.values)) if when.op == CONTAINS else chosen == set(when.values)
    if other.kind == NUMBER:
        return _same_number(value, when.values)
    said_text = str(value).strip().casefold()
    if when.op == CONTAINS and other.kind in WORDED:
        return any(v.casefold() in said_text for v in when.values)
    return said_text in {v.casefold() for v in when.values}


def _same_number(value: Any, values: Sequence[str]) -> bool:
    try:
        return number_of(value) in {number_of(v) for v in values}
    except ValueError:
        return False


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list) and not value)


def _yes_or_no(value: Any) -> bool | None:
    """A form sends words, a program a boolean."""
    if isinstance(value, bool):
        return value
    return {YES: True, NO: False, "true": True, "false": False}.get(value) if isinstance(value, str) else None


def _text(asked: Field, value: Any) -> str:
    most = int(asked.high) if isinstance(asked.high, Decimal) else LENGTH_LIMIT[asked.kind]
    try:
        said = clean(value, field=asked.key, limit=LENGTH_LIMIT[asked.kind] * 2).strip()
    except DomainError:
        raise _Refused("invalid") from None
    if asked.kind == TEXT:
        said = " ".join(said.split())
    if isinstance(asked.low, Decimal) and len(said) < asked.low:
        raise _Refused("too_short", limit=int(asked.low))
    if len(said) > most:
        raise _Refused("too_long", limit=most)
    return said


def _choice(asked: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in {o.code for o in asked.options}:
        raise _Refused("not_offered", allowed=[o.code for o in asked.options][:40])
    return value


def _choices(asked: Field, value: Any) -> list[str]:
    """In the order in which the form offers them, each once."""
    chosen = value if isinstance(value, list | tuple) else [value]
    for one in chosen:
        _choice(asked, one)
    _count(asked, len(set(chosen)))
    return [o.code for o in asked.options if o.code in chosen]


def _count(asked: Field, n: int) -> None:
    if isinstance(asked.low, Decimal) and n < asked.low:
        raise _Refused("too_few", limit=int(asked.low))
    if isinstance(asked.high, Decimal) and n > asked.high:
        raise _Refused("too_many", limit=int(asked.high))


def _number(asked: Field, value: Any) -> int | float:
    try:
        read = number_of(value)
    except ValueError:
        raise _Refused("invalid") from None
    if isinstance(asked.low, Decimal) and read < asked.low:
        raise _Refused("too_small", limit=str(asked.low))
    if isinstance(asked.high, Decimal) and read > asked.high:
        raise _Refused("too_large", limit=str(asked.high))
    return int(read) if read == read.to_integral_value() else float(read)


def _day(asked: Field, value: Any) -> str:
    try:
        read = day_of(value)
    except ValueError:
        raise _Refused("invalid") from None
    if isinstance(asked.low, date) and read < asked.low:
        raise _Refused("too_early", limit=asked.low.isoformat())
    if isinstance(asked.high, date) and read > asked.high:
        raise _Refused("too_late", limit=asked.high.isoformat())
    return read.isoformat()


def _said(asked: Field, value: Any) -> bool:
    said = _yes_or_no(value)
    if said is None:
        raise _Refused("invalid")
    return said


def _asset(asked: Field, value: Any) -> str:
    """The tag; whether there is such an asset is not for a form to know."""
    try:
        return clean(value, field=asked.key, limit=_TAG_LIMIT).strip()
    except DomainError:
        raise _Refused("invalid") from None


def _files(asked: Field, value: Any) -> list[int]:
    ids = value if isinstance(value, list) else [value]
    if not all(isinstance(i, int) and not isinstance(i, bool) and 0 < i < 2**63 for i in ids):
        raise _Refused("invalid")
    distinct = list(dict.fromkeys(ids))
    if len(distinct) > FILES_LIMIT:
        raise _Refused("too_many", limit=FILES_LIMIT)
    _count(asked, len(distinct))
    return distinct


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    TEXT: _text,
    LONG_TEXT: _text,
    CHOICE: _choice,
    MULTI_CHOICE: _choices,
    NUMBER: _number,
    DATE: _day,
    YES_NO: _said,
    ASSET: _asset,
    ATTACHMENT: _files,
}
