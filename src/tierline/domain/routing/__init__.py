"""分流: who should take it, why, and why not the others. Pure: the same facts give the same decision."""

from __future__ import annotations

from tierline.domain.routing.eligibility import REASONS, eligible, lacks, why_not
from tierline.domain.routing.giving import decide, give_out, next_for
from tierline.domain.routing.ranking import rank
from tierline.domain.routing.values import (
    CAP_LIMIT,
    DEFAULT_CAP,
    DEFAULT_LOADS,
    DEFAULT_WEIGHTS,
    PARTS,
    SHIFT,
    STANDBY,
    TOP,
    Ability,
    Candidate,
    Decision,
    Duty,
    Engineer,
    Need,
    Refusal,
    Rule,
    Seat,
    Work,
)

__all__ = [
    "CAP_LIMIT",
    "DEFAULT_CAP",
    "DEFAULT_LOADS",
    "DEFAULT_WEIGHTS",
    "PARTS",
    "REASONS",
    "SHIFT",
    "STANDBY",
    "TOP",
    "Ability",
    "Candidate",
    "Decision",
    "Duty",
    "Engineer",
    "Need",
    "Refusal",
    "Rule",
    "Seat",
    "Work",
    "decide",
    "eligible",
    "give_out",
    "lacks",
    "next_for",
    "rank",
    "why_not",
]
