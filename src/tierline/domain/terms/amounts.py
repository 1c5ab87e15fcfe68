"""How much time a promise gives: working or elapsed time, or working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tierline.domain.calendars import HOUR, MINUTE, SECOND, Calendar
from tierline.domain.errors import Invalid

_UNITS = {"microseconds": 1, "seconds": SECOND, "minutes": MINUTE, "hours": HOUR}


class TargetNotPositive(Invalid):
    """A target of nothing, or less: it would be breached when it starts. ``where`` names it."""

    code: ClassVar[str] = "target_not_positive"


@dataclass(frozen=True, slots=True)
class Amount:
    """``micros`` of open time, or ``working_days`` of the calendar's own length; ``elapsed`` counts 24x7."""

    micros: int = 0
    working_days: int = 0
    elapsed: bool = False

    def on(self, calendar: Calendar) -> int:
        """Microseconds of open time of ``calendar``."""
        return self.micros + self.working_days * calendar.day_minutes * MINUTE

    def to_json(self) -> dict[str, Any]:
        if self.working_days:
            return {"working_days": self.working_days}
        unit = next(u for u in ("hours", "minutes", "seconds", "microseconds") if self.micros % _UNITS[u] == 0)
        return {unit: self.micros // _UNITS[unit], **({"elapsed": True} if self.elapsed else {})}


def minutes(n: int) -> Amount:
    return Amount(micros=n * MINUTE)


def hours(n: int) -> Amount:
    return Amount(micros=n * HOUR)


def days(n: int) -> Amount:
    return Amount(working_days=n)


def read_amount(value: Any, *, where: str) -> Amount:
    """From ``{"minutes": 15}``, ``{"hours": 4, "elapsed": true}`` or ``{"working_days": 3}``; one unit, whole numbers.

    Raises Invalid, TargetNotPositive.
    """
    if not isinstance(value, Mapping):
        raise Invalid(field="target", where=where, value=str(value))
    elapsed = value.get("elapsed", False)
    units = {unit: n for unit, n in value.items() if unit != "elapsed"}
    if len(units) != 1 or not isinstance(elapsed, bool) or not set(units) <= {*_UNITS, "working_days"}:
        raise Invalid(field="target", where=where, value=str(dict(value)))
    unit, n = next(iter(units.items()))
    if not isinstance(n, int) or isinstance(n, bool):
        raise Invalid(field="target", where=where, value=str(n))
    if n <= 0:
        raise TargetNotPositive(field="target", where=where, value=n)
    if unit == "working_days":
        if elapsed:
            raise Invalid(field="target", where=where, value=str(dict(value)))
        return Amount(working_days=n)
    return Amount(micros=n * _UNITS[unit], elapsed=elapsed)
