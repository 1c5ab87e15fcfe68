"""The plain values that requests are made of, each refused by name when it is something else."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from tierline.domain.text import TEXT_LIMIT

LARGEST_ID = 2**63 - 1
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Body(BaseModel):
    """A JSON object. No coercion ("5" is no number), and a field that nobody reads is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def storable(text: str) -> str:
    """pydantic itself refuses lone surrogates (``string_unicode``); a NUL it lets pass."""
    if "\x00" in text:
        raise PydanticCustomError("unstorable_text", "contains NUL")
    return text


def _named(value: Any) -> int | str:
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise PydanticCustomError("unstorable_text", "contains a lone surrogate")
        return storable(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_ID:
        return value
    raise PydanticCustomError("not_a_name", "neither an id nor a name")


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise PydanticCustomError("not_an_instant", "not RFC 3339")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("not_an_instant", "no such instant") from None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Word = Annotated[str, StringConstraints(max_length=TEXT_LIMIT), AfterValidator(storable)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
# What a person calls it: its id, or its name (slug, e-mail, number).
Named = Annotated[
    Any,
    PlainValidator(_named),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": LARGEST_ID}, {"type": "string"}]}),
]
Instant = Annotated[datetime, PlainValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Words = Annotated[list[Word], BeforeValidator(_listed)]


def _answer(value: Any) -> Any:
    """Text, a number, yes or no, or a list of codes or ids: what the answers to a form are made of."""
    if isinstance(value, list) and len(value) <= ANSWER_PARTS:
        return [_answer(each) for each in value if not isinstance(each, list) or _refuse()]
    if isinstance(value, str):
        return _named(value) if len(value) <= ANSWER_LIMIT else _refuse()
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return _refuse()


def _refuse() -> Any:
    raise PydanticCustomError("not_an_answer", "neither text, number, yes or no nor a list of them")


ANSWER_LIMIT, ANSWER_PARTS = 40_000, 100
_PLAIN_ANSWER = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]
Answer = Annotated[
    Any,
    PlainValidator(_answer),
    WithJsonSchema({"anyOf": [*_PLAIN_ANSWER, {"type": "array", "items": {"anyOf": _PLAIN_ANSWER}}, {"type": "null"}]}),
]


def codes(*known: str) -> dict[str, Any]:
    """For ``json_schema_extra``: the service itself refuses others, so the rule stays in one place."""
    return {"enum": list(known)}
