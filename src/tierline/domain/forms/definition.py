"""What a form is: fields in order, each of a kind, some shown only after a certain answer to an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tierline.domain.errors import DomainError

TEXT, LONG_TEXT, CHOICE, MULTI_CHOICE, NUMBER, DATE, YES_NO, ASSET, ATTACHMENT = KINDS = (
    "text",
    "long_text",
    "choice",
    "multi_choice",
    "number",
    "date",
    "yes_no",
    "asset",
    "attachment",
)
CHOICES = frozenset({CHOICE, MULTI_CHOICE})
# Answers in people's own words: they are kept apart from the codes and values.
WORDED = frozenset({TEXT, LONG_TEXT})
IS, CONTAINS = CONDITIONS = ("is", "contains")
YES, NO = "yes", "no"

FIELD_LIMIT, OPTION_LIMIT, VALUE_LIMIT = 50, 100, 20
LABEL_LIMIT, HELP_LIMIT = 200, 500
LENGTH_LIMIT: Mapping[str, int] = {TEXT: 500, LONG_TEXT: 20_000}
FILES_LIMIT = 10
# Beyond this a number is no quantity that anybody fills in, and floats stop being exact.
NUMBER_LIMIT = Decimal(10) ** 15
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PARTS = frozenset("key kind zh en help_zh help_en required min max options when default".split())


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The field is shown when the earlier ``field`` was answered with (``is``) or among others with (``contains``) one
    of ``values``; for a text, ``contains`` is a part of it, in any case.
    """

    field: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """``low`` and ``high`` limit what the kind measures: characters, a quantity, days, how many are chosen or attached.

    Both are allowed themselves. ``default`` is an answer as its kind takes it, None for none.
    """

    key: str
    kind: str
    zh: str
    en: str
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    low: Decimal | date | None = None
    high: Decimal | date | None = None
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    default: Any = None

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def help(self, language: str) -> str:
        return self.help_en if language == "en" else self.help_zh

    def option(self, code: str, language: str) -> str:
        """The option's word; the code itself for one that the form does not have."""
        found = next((o for o in self.options if o.code == code), None)
        return code if found is None else found.en if language == "en" else found.zh


@dataclass(frozen=True, slots=True)
class Form:
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        return next((f for f in self.fields if f.key == key), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the field at ``place`` (from 0), in which of its parts; ``why`` is a code."""

    place: int
    part: str
    why: str


class InvalidForm(DomainError):
    """The definition cannot be published. ``faults`` are ``place.part why``, all of them."""

    code = "invalid_form"


def parse(body: Mapping[str, Any]) -> Form:
    """The form that a stored or drafted ``body`` describes. Raises InvalidForm."""
    if found := list(faults_of(body)):
        raise InvalidForm(faults=[f"{f.place}.{f.part} {f.why}" for f in found], field="form")
    return Form(tuple(_field(told) for told in body.get("fields", [])))


def faults_of(body: Any) -> Iterator[Fault]:
    """Everything that keeps the definition from being published."""
    fields = body.get("fields") if isinstance(body, Mapping) else None
    if not isinstance(fields, list):
        yield Fault(0, "fields", "not_a_list")
        return
    if len(fields) > FIELD_LIMIT:
        yield Fault(FIELD_LIMIT, "fields", "too_many")
    before: dict[str, Mapping[str, Any]] = {}
    for place, told in enumerate(fields[:FIELD_LIMIT]):
        if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
            yield Fault(place, "kind", "unknown")
            continue
        for part, why in _faults(told, before):
            yield Fault(place, part, why)
        if isinstance(told.get("key"), str):
            before.setdefault(told["key"], told)


def _faults(told: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    key = told.get("key")
    if not isinstance(key, str) or not _CODE.fullmatch(key):
        yield "key", "not_a_code"
    elif key in before:
        yield "key", "taken"
    yield from ((str(part)[:40], "unknown") for part in told if part not in _PARTS)
    for part, limit, is_needed in (
        ("zh", LABEL_LIMIT, True),
        ("en", LABEL_LIMIT, True),
        ("help_zh", HELP_LIMIT, False),
        ("help_en", HELP_LIMIT, False),
    ):
        yield from _text_faults(told, part, limit, is_needed)
    if not isinstance(told.get("required", False), bool):
        yield "required", "unknown"
    options = list(_option_faults(told))
    yield from options
    limits = list(_limit_faults(told))
    yield from limits
    yield from _condition_faults(told.get("when"), before)
    if not options and not limits and told.get("default") is not None and not _takes(told):
        yield "default", "not_an_answer"


def _text_faults(told: Mapping[str, Any], part: str, limit: int, is_needed: bool) -> Iterator[tuple[str, str]]:
    value = told.get(part, "")
    if not isinstance(value, str) or "\x00" in value:
        yield part, "not_text"
    elif is_needed and not value.strip():
        yield part, "missing"
    elif len(value) > limit:
        yield part, "too_long"


def _option_faults(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    options = told.get("options") or []
    if told["kind"] not in CHOICES:
        if options:
            yield "options", "not_for_this_kind"
        return
    if not isinstance(options, list) or not 1 <= len(options) <= OPTION_LIMIT:
        yield "options", "missing" if not options else "too_many"
        return
    seen: set[str] = set()
    for option in options:
        is_whole = isinstance(option, Mapping) and all(isinstance(option.get(p), str) for p in ("code", "zh", "en"))
        if not is_whole or not _CODE.fullmatch(option["code"]):
            yield "options", "not_a_code"
        elif not option["zh"].strip() or not option["en"].strip():
            yield "options", "unworded"
        elif max(len(option["zh"]), len(option["en"])) > LABEL_LIMIT:
            yield "options", "too_long"
        elif option["code"] in seen:
            yield "options", "taken"
        else:
            seen.add(option["code"])


def _limit_faults(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind = told["kind"]
    if kind in (CHOICE, YES_NO, ASSET):
        yield from ((part, "not_for_this_kind") for part in ("min", "max") if told.get(part) not in (None, ""))
        return
    found = {}
    for part in ("min", "max"):
        try:
            found[part] = limit_of(kind, told.get(part))
        except ValueError:
            yield part, "not_a_limit"
    low, high = found.get("min"), found.get("max")
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # of one kind, so of one type
        yield "max", "below_min"


def limit_of(kind: str, value: Any) -> Decimal | date | None:
    """A limit as the kind measures it; None for none. Raises ValueError."""
    if value in (None, ""):
        return None
    if kind == DATE:
        return day_of(value)
    number = number_of(value)
    if kind == NUMBER:
        return number
    most = LENGTH_LIMIT.get(kind, FILES_LIMIT if kind == ATTACHMENT else OPTION_LIMIT)
    if number != number.to_integral_value() or not 0 <= number <= most:
        raise ValueError("no count")
    return number


def number_of(value: Any) -> Decimal:
    """A decimal of at most 15 digits before the point and 6 behind it. Raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal) or len(str(value)) > 40:
        raise ValueError("no number")
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("no number") from None
    if not read.is_finite() or abs(read) > NUMBER_LIMIT or read != round(read, 6):
        raise ValueError("no number")
    return read


def day_of(value: Any) -> date:
    """YYYY-MM-DD. Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
        raise ValueError("no day")
    return date.fromisoformat(value.strip())


def _condition_faults(when: Any, before: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    if when is None:
        return
    if not isinstance(when, Mapping) or when.get("op") not in CONDITIONS:
        yield "when", "unknown"
        return
    values = when.get("values")
    other = before.get(str(when.get("field")))
    if other is None:
        # Only what comes before can decide: so no field waits for itself.
        yield "when", "no_such_field"
    elif other["kind"] in (ATTACHMENT,):
        yield "when", "not_for_this_kind"
    elif (
        not isinstance(values, list)
        or not 1 <= len(values) <= VALUE_LIMIT
        or not all(isinstance(v, str) and 0 < len(v) <= LABEL_LIMIT and "\x00" not in v for v in values)
    ):
        yield "when", "no_values"
    elif not set(values) <= _sayable(other, set(values)):
        yield "when", "not_an_answer"


def _sayable(other: Mapping[str, Any], values: set[str]) -> set[str]:
    """What the other field can be answered with, of those."""
    if other["kind"] in CHOICES:
        return {str(o.get("code")) for o in other.get("options") or [] if isinstance(o, Mapping)}
    return {YES, NO} if other["kind"] == YES_NO else values


def _takes(told: Mapping[str, Any]) -> bool:
    """Whether the default is of the kind: what can be chosen, a number, a day. Limits are judged when answered."""
    kind, value = told["kind"], told["default"]
    codes = {o["code"] for o in told.get("options") or []}
    if kind in (ASSET, ATTACHMENT):
        return False
    if kind == MULTI_CHOICE:
        return isinstance(value, list) and all(isinstance(v, str) for v in value) and set(value) <= codes
    if kind == YES_NO:
        return isinstance(value, bool)
    try:
        return {
            CHOICE: lambda: value in codes,
            NUMBER: lambda: number_of(value) is not None,
            DATE: lambda: day_of(value) is not None,
        }.get(kind, lambda: isinstance(value, str) and len(value) <= LENGTH_LIMIT[kind] and "\x00" not in value)()
    except (ValueError, TypeError):
        return False


def _field(told: Mapping[str, Any]) -> Field:
    when = told.get("when")
    return Field(
        key=told["key"],
        kind=told["kind"],
        zh=told["zh"].strip(),
        en=told["en"].strip(),
        help_zh=told.get("help_zh", "").strip(),
        help_en=told.get("help_en", "").strip(),
        required=told.get("required", False),
        low=limit_of(told["kind"], told.get("min")),
        high=limit_of(told["kind"], told.get("max")),
        options=tuple(Option(o["code"], o["zh"].strip(), o["en"].strip()) for o in told.get("options") or []),
        when=Condition(when["field"], when["op"], tuple(when["values"])) if when else None,
        default=_plain(told.get("default")),
    )


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
