"""The promises that ship (PRODUCT.md, the table of defaults)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tierline.domain.calendars import ALWAYS, MINUTE, Calendar
from tierline.domain.priority import Priority
from tierline.domain.terms.amounts import Amount, days, hours, minutes
from tierline.domain.terms.credits import Credit
from tierline.domain.terms.kinds import Kind, TargetKey

_OFFICE_DAY = ((9 * 60, 18 * 60),)
OFFICE = Calendar(zone="Asia/Shanghai", weekly=(_OFFICE_DAY,) * 5 + ((), ()), id="CN-5x9")

# In the order P1, P2, P3, P4; None where nothing is promised.
_TABLE: Mapping[Kind, tuple[Amount | None, Amount | None, Amount | None, Amount | None]] = {
    Kind.GRADING: (minutes(10), minutes(10), minutes(10), minutes(10)),
    Kind.FIRST_RESPONSE: (minutes(15), minutes(30), hours(4), hours(8)),
    Kind.UPDATE_CADENCE: (minutes(30), hours(2), days(1), None),
    Kind.L2_PLAN: (minutes(30), hours(2), hours(2), hours(2)),
    Kind.L3_START: (hours(1), hours(4), hours(4), hours(4)),
    Kind.RESTORE: (hours(2), hours(8), days(3), days(5)),
    Kind.RESOLVE: (hours(24), hours(72), days(5), days(10)),
    Kind.RCA: (days(5), None, None, None),
}
_CREDITS = (Credit(Kind.RESTORE, Priority.P1, Fraction(3)), Credit(Kind.RESTORE, Priority.P2, Fraction(3, 2)))
# Minutes after which a ticket whose owner has said nothing goes back to the queue.
_RETURNS = (15, 60, 240, 480)


def fields(calendar: Calendar | None) -> dict[str, Any]:
    """The fields of the default Terms; P3 and P4 run on ``calendar``, else on OFFICE."""
    targets: dict[TargetKey, Amount] = {}
    for kind, row in _TABLE.items():
        for priority, amount in zip(Priority, row, strict=True):
            if amount is not None:
                targets[kind, priority.value, None] = amount
    return {
        "label": "default",
        "calendars": {"always": ALWAYS, "office": calendar or OFFICE},
        "calendar_of": {"P1": "always", "P2": "always", "P3": "office", "P4": "office"},
        "working": "office",
        "targets": targets,
        "credits": _CREDITS,
        "returns": {p.value: n * MINUTE for p, n in zip(Priority, _RETURNS, strict=True)},
    }
