"""The clock kinds of SLA.md section 3 and no others, and what each may be paused for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from tierline.domain.errors import Invalid


class Kind(StrEnum):
    GRADING = "grading"
    FIRST_RESPONSE = "first_response"
    FIRST_USEFUL_ANSWER = "first_useful_answer"
    NEXT_RESPONSE = "next_response"
    UPDATE_CADENCE = "update_cadence"
    HAND_OFF_ACCEPT = "hand_off_accept"
    L2_PLAN = "l2_plan"
    L3_START = "l3_start"
    RESTORE = "restore"
    RESOLVE = "resolve"
    TASK = "task"
    SUPPLIER = "supplier"
    RCA = "rca"


class UnknownKind(Invalid):
    """No such clock kind. ``kind``, ``allowed``."""

    code: ClassVar[str] = "unknown_kind"


def read_kind(name: Any) -> Kind:
    """Raises UnknownKind."""
    try:
        return Kind(str(name))
    except ValueError:
        raise UnknownKind(field="kind", kind=str(name), allowed=[kind.value for kind in Kind]) from None


# kind, priority, receiving tier (None: any)
TargetKey = tuple[Kind, str, int | None]

# Counted around the clock whatever the priority's calendar says.
ROUND_THE_CLOCK = frozenset({Kind.GRADING, Kind.FIRST_USEFUL_ANSWER})
# Counted on the receiving tier's calendar when the agreement gives the tier one.
OF_A_TIER = frozenset({Kind.HAND_OFF_ACCEPT, Kind.L2_PLAN, Kind.L3_START})
TIER_OF: Mapping[Kind, int] = {Kind.L2_PLAN: 2, Kind.L3_START: 3}

# Why a ticket waits, as in the `waited` event.
CUSTOMER, THIRD_PARTY, MAINTENANCE, DATE = "customer", "third_party", "maintenance", "date"
WAITS = (CUSTOMER, THIRD_PARTY, MAINTENANCE, DATE)

# What an agreement may let pause a clock. The kinds that are not here are never paused by a wait.
PAUSABLE: Mapping[Kind, frozenset[str]] = {
    Kind.UPDATE_CADENCE: frozenset({DATE}),
    Kind.RESTORE: frozenset(WAITS),
    Kind.RESOLVE: frozenset(WAITS),
    Kind.TASK: frozenset(WAITS),
    Kind.SUPPLIER: frozenset(WAITS),
}
# Unless the agreement says so, a third party's delay is ours, and a task is not excused by the ticket's waiting.
DEFAULT_PAUSES: Mapping[Kind, frozenset[str]] = {
    Kind.UPDATE_CADENCE: frozenset({DATE}),
    Kind.RESTORE: frozenset({CUSTOMER, MAINTENANCE, DATE}),
    Kind.RESOLVE: frozenset({CUSTOMER, MAINTENANCE, DATE}),
}
