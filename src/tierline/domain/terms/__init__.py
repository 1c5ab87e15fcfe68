"""Agreement terms as values: targets, calendars, pauses, steps; and which version applies."""

from __future__ import annotations

from tierline.domain.terms.amounts import Amount, TargetNotPositive, days, hours, minutes, read_amount
from tierline.domain.terms.changes import Change, changes
from tierline.domain.terms.codec import UnknownTier
from tierline.domain.terms.credits import Credit
from tierline.domain.terms.kinds import DEFAULT_PAUSES, PAUSABLE, WAITS, Kind, TargetKey, UnknownKind, read_kind
from tierline.domain.terms.parties import PARTY_KINDS, PartyTarget
from tierline.domain.terms.published import TELLS, TargetMissing, check_published
from tierline.domain.terms.selection import (
    AgreementVersion,
    Ambiguous,
    Backdated,
    CoverageEnds,
    EndsBeforeItStarts,
    NoAgreement,
    check_covered,
    check_unambiguous,
    select,
)
from tierline.domain.terms.standard import OFFICE
from tierline.domain.terms.steps import DEFAULT_STEPS, DuplicateStep, Step, StepNonsense
from tierline.domain.terms.terms import PauseNotAllowed, Promise, TargetOverLimit, TargetTooLong, Terms, UnknownCalendar

__all__ = [
    "DEFAULT_PAUSES",
    "DEFAULT_STEPS",
    "OFFICE",
    "PARTY_KINDS",
    "PAUSABLE",
    "TELLS",
    "WAITS",
    "AgreementVersion",
    "Ambiguous",
    "Amount",
    "Backdated",
    "Change",
    "CoverageEnds",
    "Credit",
    "DuplicateStep",
    "EndsBeforeItStarts",
    "Kind",
    "NoAgreement",
    "PartyTarget",
    "PauseNotAllowed",
    "Promise",
    "Step",
    "StepNonsense",
    "TargetKey",
    "TargetMissing",
    "TargetNotPositive",
    "TargetOverLimit",
    "TargetTooLong",
    "Terms",
    "UnknownCalendar",
    "UnknownKind",
    "UnknownTier",
    "changes",
    "check_covered",
    "check_published",
    "check_unambiguous",
    "days",
    "hours",
    "minutes",
    "read_amount",
    "read_kind",
    "select",
]
