"""SLA clocks, read off a ticket's events and never stored."""

from __future__ import annotations

from tierline.domain.sla.book import UnknownAgreement
from tierline.domain.sla.compare import (
    ADDED,
    BREAKS,
    DROPPED,
    HOLDS,
    MOVES,
    WHATS,
    Difference,
    Side,
    compare,
    drafted,
    rebased,
)
from tierline.domain.sla.explanation import Explanation, Row, differs, explain
from tierline.domain.sla.fold import read_clocks
from tierline.domain.sla.forecast import STARVATION_BOUND, Slack, is_left, order_at, slack, touched_at
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
    "ADDED",
    "BREACH",
    "BREACHED",
    "BREAKS",
    "DISMISSED",
    "DROPPED",
    "HOLDS",
    "IDLE",
    "MERGED",
    "MET",
    "MOVES",
    "NO_PROMISE",
    "NO_REPLY",
    "PAUSED",
    "RESOLVED_FIRST",
    "RESUME",
    "RUNNING",
    "STARVATION_BOUND",
    "WHATS",
    "Difference",
    "Due",
    "Explanation",
    "Kind",
    "Reading",
    "Restated",
    "Row",
    "Segment",
    "Side",
    "Slack",
    "Story",
    "UnknownAgreement",
    "compare",
    "differs",
    "drafted",
    "explain",
    "is_left",
    "lowering_needs_second_person",
    "next_instant",
    "order_at",
    "planned",
    "read_clocks",
    "read_story",
    "rebased",
    "restatements",
    "slack",
    "touched_at",
]
