"""The outcome of one case: what was expected, what we got, and the ledger that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tierline.domain.calendars import shown
from tierline.domain.errors import Invalid

PASS, DIFFERS, ERROR = "pass", "differs", "error"


class BadCase(Invalid):
    """The case is not in the shape of the format. ``field`` names what is wrong."""

    code: ClassVar[str] = "bad_case"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says to a case's question, in the case's own keys. ``alike`` holds second right answers."""

    expected: Any
    got: Any
    ledger: list[dict[str, Any]] = field(default_factory=list)
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``foreign_rules`` names the rules of the case's own engine without which ours would have differed."""

    id: str
    kind: str
    verdict: str
    expected: Any
    got: Any
    ledger: list[dict[str, Any]]
    foreign_rules: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "verdict": self.verdict,
            "expected": self.expected,
            "got": self.got,
            "foreign_rules": list(self.foreign_rules),
            "ledger": self.ledger,
        }


def compared(expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Equal key by key, or equal to the second right answer that ``also_acceptable`` lists for the key."""
    second = expected.get("also_acceptable") or {}
    return all(
        same(wanted, got.get(key)) or (key in second and same(second[key], got.get(key)))
        for key, wanted in expected.items()
        if key not in ("also_acceptable", "after_event")
    )


def same(wanted: Any, got: Any) -> bool:
    """Equal values; two texts of one instant are equal."""
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(same(a, b) for a, b in zip(wanted, got, strict=True))
    return bool(_plain(wanted) == _plain(got))


def _plain(value: Any) -> Any:
    """An instant's text in one spelling; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if found.tzinfo is None else shown(found)
