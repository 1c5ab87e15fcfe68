"""Is a case fit to become a ticket, and in which order did its history happen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

from tierline.domain.errors import Invalid
from tierline.domain.events import RANK
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT, clean
from tierline.imports.base import Case, Step

KEY_LIMIT = 200
STEP_LIMIT = 5_000
_NAME_LIMIT = 200
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# Between two steps of one instant that our fold would otherwise turn around.
_MOMENT = timedelta(microseconds=1)


def admitted(case: Case, *, at: datetime) -> Case:
    """The case with storable words and its steps in the order in which the fold will read them.

    Raises Invalid, Missing, TooLong or Unstorable, also for anything that happened before 1970 or after ``at``.
    """
    if len(case.steps) > STEP_LIMIT:
        raise Invalid(field="steps", value=len(case.steps), limit=STEP_LIMIT)
    for moment in (case.opened_at, *(step.at for step in case.steps)):
        if not _EARLIEST <= moment <= at:
            raise Invalid(field="at", value=moment.isoformat())
    return replace(
        case,
        key=clean(case.key, field="key", limit=KEY_LIMIT).strip(),
        subject=clean(case.subject, field="subject", limit=TEXT_LIMIT, required=False)[:SUBJECT_LIMIT],
        text=clean(case.text, field="text", limit=TEXT_LIMIT),
        steps=_in_order(case),
    )


def party(told: str) -> tuple[str, str]:
    """(address, name) of somebody whom the source names by address or by name only; of several the first."""
    named = " ".join(told.split())
    for piece in named.split(","):
        name, address = parseaddr(piece)
        if address.count("@") == 1 and " " not in address:
            return address, name[:_NAME_LIMIT]
    digest = sha256(named.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return f"{digest}@import.invalid", named[:_NAME_LIMIT]


def _in_order(case: Case) -> Sequence[Step]:
    """Nothing before the opening, and the order of the source kept where several steps share an instant."""
    steps: list[Step] = []
    last_at, last_rank = case.opened_at, -1
    for step in sorted(case.steps, key=lambda s: s.at):
        step_at, rank = max(step.at, last_at), RANK[step.type]
        if step_at == last_at and rank < last_rank:
            step_at += _MOMENT
        steps.append(replace(step, at=step_at, words=_storable(step.words)))
        last_at, last_rank = step_at, rank
    return steps


def _storable(words: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: clean(value, field=name, limit=TEXT_LIMIT, required=False) for name, value in words.items()}
