"""A published verdict is never flipped silently: what is written down late says which verdicts it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import clocks
from tierline.desk.operations.drafting import Draft
from tierline.domain.events import Event
from tierline.domain.sla import read_clocks, restatements


def drafts(known: Sequence[Event], fresh: Sequence[Event], *, at: datetime) -> list[Draft]:
    """One ``clock_restated`` for each verdict shown so far that reads otherwise because of the fresh events.

    Only those that reach back count: written down later than they happened, or taking back what was recorded.
    What merely follows (a reopening, a merge) changes a state and restates nothing.
    """
    if not known:
        return []
    said_at = max(at, *(event.occurred_at for event in known))
    reaching_back = [event for event in fresh if _reaches_back(event, said_at)]
    if not reaching_back:
        return []
    terms = clocks.terms_of({0: [*known, *reaching_back]})
    before = read_clocks(known, terms=terms, at=said_at)
    after = read_clocks([*known, *reaching_back], terms=terms, at=said_at)
    return [
        Draft(
            "clock_restated",
            {"kind": r.kind, "party": r.party or None, "cycle": r.cycle, "before": r.before, "after": r.after},
            occurred_at=said_at,
        )
        for r in restatements(before, after)
    ]


def _reaches_back(event: Event, said_at: datetime) -> bool:
    """A clock's own event (a breach noted late) tells of the past and does not change it."""
    return "undoes" in event.payload or (event.occurred_at < said_at and not event.type.startswith("clock_"))
