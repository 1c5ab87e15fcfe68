"""SLA clocks, read off a ticket's events and never stored."""

from __future__ import annotations

from tierline.domain.sla.book import UnknownAgreement
from tierline.domain.sla.fold import read_clocks
from tierline.domain.sla.reading import (
    BREACHED,
    DISMISSED,
    IDLE,
    MERGED,
    MET,
    NO_PROMISE,
    NO_REPLY,
    PAUSED,
    RESOLVED_FIRST,
    RUNNING,
    Reading,
    Restated,
    Segment,
    lowering_needs_second_person,
    restatements,
)
from tierline.domain.sla.story import Story, read_story
from tierline.domain.sla.timers import BREACH, RESUME, Due, next_instant, planned
from tierline.domain.terms import Kind

__all__ = [
    "BREACH",
    "BREACHED",
    "DISMISSED",
    "IDLE",
    "MERGED",
    "MET",
    "NO_PROMISE",
    "NO_REPLY",
    "PAUSED",
    "RESOLVED_FIRST",
    "RESUME",
    "RUNNING",
    "Due",
    "Kind",
    "Reading",
    "Restated",
    "Segment",
    "Story",
    "UnknownAgreement",
    "lowering_needs_second_person",
    "next_instant",
    "planned",
    "read_clocks",
    "read_story",
    "restatements",
]
