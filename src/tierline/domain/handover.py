"""Is the hand-over package complete? A tier hands over facts, not a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierline.domain.errors import DomainError
from tierline.domain.text import clean

REQUIRED = ("symptoms", "impact", "steps_tried", "evidence", "question")
_WORDS_LIMIT = 20_000
_ITEMS_LIMIT = 200

RETURN_REASONS = ("incomplete_package", "wrong_tier", "not_reproducible", "known_solution", "other")


class IncompletePackage(DomainError):
    """``missing`` names the items the receiving tier would have to ask for."""

    code = "incomplete_package"


def complete(package: object) -> dict[str, Any]:
    """The package, cleaned: symptoms, impact, question as text; steps_tried as [{step, result}]; evidence as [text].

    Raises IncompletePackage naming every missing item at once.
    """
    given: Mapping[str, Any] = package if isinstance(package, Mapping) else {}
    missing = [name for name in REQUIRED if not _is_there(name, given.get(name))]
    if missing:
        raise IncompletePackage(missing=missing)
    return {
        **{name: clean(given[name], field=name, limit=_WORDS_LIMIT) for name in ("symptoms", "impact", "question")},
        "steps_tried": [
            {part: clean(step[part], field=f"steps_tried.{part}", limit=_WORDS_LIMIT) for part in ("step", "result")}
            for step in given["steps_tried"][:_ITEMS_LIMIT]
        ],
        "evidence": [clean(item, field="evidence", limit=_WORDS_LIMIT) for item in given["evidence"][:_ITEMS_LIMIT]],
    }


def _is_there(name: str, value: object) -> bool:
    if name == "steps_tried":
        return _filled_list(value) and all(
            isinstance(s, Mapping) and _is_text(s.get("step")) and _is_text(s.get("result"))
            for s in value  # type: ignore[attr-defined]  # _filled_list proved it a list
        )
    if name == "evidence":
        return _filled_list(value) and all(map(_is_text, value))  # type: ignore[call-overload]
    return _is_text(value)


def _filled_list(value: object) -> bool:
    return isinstance(value, list) and bool(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
