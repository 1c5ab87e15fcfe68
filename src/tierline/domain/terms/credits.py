"""What a missed promise gives back, as the agreement states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tierline.domain.errors import Invalid
from tierline.domain.terms.kinds import read_kind


@dataclass(frozen=True, slots=True)
class Credit:
    """A breach of ``kind`` at ``priority`` gives ``times`` the ticket's price back."""

    kind: str
    priority: str
    times: Fraction

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "priority": self.priority, "times": str(self.times)}


def read_credits(value: Any) -> tuple[Credit, ...]:
    """From ``[{"kind": "restore", "priority": "P1", "times": "3"}]``. Raises Invalid."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Invalid(field="credits", value=str(value))
    return tuple(_read_credit(item) for item in value)


def _read_credit(value: Any) -> Credit:
    if not isinstance(value, Mapping) or set(value) != {"kind", "priority", "times"}:
        raise Invalid(field="credits", value=str(value))
    try:
        times = Fraction(str(value["times"]))
    except (ValueError, ZeroDivisionError):
        raise Invalid(field="credits", value=str(dict(value))) from None
    kind = read_kind(value["kind"])
    if times <= 0:
        raise Invalid(field="credits", value=str(dict(value)))
    return Credit(kind.value, str(value["priority"]), times)
