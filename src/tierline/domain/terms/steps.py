"""Alert steps of an agreement: at which point of a clock who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from tierline.domain.calendars import MINUTE
from tierline.domain.errors import Invalid
from tierline.domain.terms.kinds import read_kind


class DuplicateStep(Invalid):
    """Two alert steps of one key: what was done is remembered by the key. ``key``."""

    code: ClassVar[str] = "duplicate_step"


class StepNonsense(Invalid):
    """An alert step that could never help anybody. ``key``, ``why`` as a code, ``value``."""

    code: ClassVar[str] = "step_nonsense"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It falls due when ``used`` of the target is consumed, or ``offset`` microseconds from the due time.

    ``used`` is a share in (0, 1]; a negative ``offset`` is before the due time, a positive one after the breach.
    ``working`` counts the offset on the clock's calendar, else elapsed. ``kinds`` empty means every kind.
    """

    key: str
    tell: str
    used: Fraction | None = None
    offset: int = 0
    working: bool = False
    kinds: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()

    def applies(self, kind: str, priority: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.priorities or priority in self.priorities)

    def to_json(self) -> dict[str, Any]:
        point: dict[str, Any] = {"used": str(self.used)} if self.used else {"minutes_from_due": self.offset // MINUTE}
        if self.working:
            point["working"] = True
        limits = {"kinds": sorted(self.kinds), "priorities": sorted(self.priorities)}
        return {"key": self.key, "tell": self.tell, **point, **{name: only for name, only in limits.items() if only}}


# A year either way.
_FURTHEST_MINUTES = 366 * 24 * 60

# A third left: the assignee; a tenth left: the one in charge. The breach itself is not a step: it always happens.
DEFAULT_STEPS = (
    Step("warn", "assignee", used=Fraction(2, 3)),
    Step("last_call", "manager", used=Fraction(9, 10)),
)


def read_steps(value: Any) -> tuple[Step, ...]:
    """Raises Invalid, DuplicateStep, StepNonsense."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Invalid(field="steps", value=str(value))
    steps = tuple(_read_step(item) for item in value)
    keys = [step.key for step in steps]
    for key in keys:
        if keys.count(key) > 1 or key in ("breach", "resume"):
            raise DuplicateStep(field="steps", key=key)
    return steps


def _read_step(value: Any) -> Step:
    if not isinstance(value, Mapping) or not value.get("key") or not value.get("tell"):
        raise Invalid(field="steps", value=str(value))
    unknown = set(value) - {"key", "tell", "used", "minutes_from_due", "working", "kinds", "priorities"}
    if unknown or ("used" in value) == ("minutes_from_due" in value):
        raise Invalid(field="steps", value=str(dict(value)), unknown=sorted(unknown))
    offset = value.get("minutes_from_due", 0)
    if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > _FURTHEST_MINUTES:
        raise StepNonsense(field="steps", key=str(value["key"]), why="too_far", value=str(offset))
    return Step(
        key=str(value["key"]),
        tell=str(value["tell"]),
        used=_share(value["used"], str(value["key"])) if "used" in value else None,
        offset=offset * MINUTE,
        working=bool(value.get("working", False)),
        kinds=frozenset(read_kind(kind).value for kind in value.get("kinds", ())),
        priorities=frozenset(str(p) for p in value.get("priorities", ())),
    )


def _share(value: Any, key: str) -> Fraction:
    """A share of the target from "2/3" or "75%"."""
    text = str(value)
    try:
        share = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise StepNonsense(field="steps", key=key, why="not_a_share", value=text) from None
    if not 0 < share <= 1:
        raise StepNonsense(field="steps", key=key, why="not_a_share", value=text)
    return share
