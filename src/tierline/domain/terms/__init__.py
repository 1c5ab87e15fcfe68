"""Agreement terms as values: targets, calendars, pauses, steps; and which version applies."""

from __future__ import annotations

from tierline.domain.terms.amounts import Amount, TargetNotPositive, days, hours, minutes
from tierline.domain.terms.codec import UnknownTier
from tierline.domain.terms.credits import Credit
from tierline.domain.terms.kinds import DEFAULT_PAUSES, PAUSABLE, WAITS, Kind, TargetKey, UnknownKind, read_kind
from tierline.domain.terms.selection import (
    AgreementVersion,
    Ambiguous,
    CoverageEnds,
    EndsBeforeItStarts,
    NoAgreement,
    check_covered,
    check_unambiguous,
    select,
)
from tierline.domain.terms.standard import OFFICE
from tierline.domain.terms.steps import DEFAULT_STEPS, DuplicateStep, Step
from tierline.domain.terms.terms import PauseNotAllowed, Promise, TargetTooLong, Terms, UnknownCalendar

__all__ = [
    "DEFAULT_PAUSES",
    "DEFAULT_STEPS",
    "OFFICE",
    "PAUSABLE",
    "WAITS",
    "AgreementVersion",
    "Ambiguous",
    "Amount",
    "CoverageEnds",
    "Credit",
    "DuplicateStep",
    "EndsBeforeItStarts",
    "Kind",
    "NoAgreement",
    "PauseNotAllowed",
    "Promise",
    "Step",
    "TargetKey",
    "TargetNotPositive",
    "TargetTooLong",
    "Terms",
    "UnknownCalendar",
    "UnknownKind",
    "UnknownTier",
    "check_covered",
    "check_unambiguous",
    "days",
    "hours",
    "minutes",
    "read_kind",
    "select",
]
