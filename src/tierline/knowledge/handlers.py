"""An article's review date has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.knowledge import operations
from tierline.plumbing.actor import system
from tierline.plumbing.timers import Due, Fires


def expire_due(due: Sequence[Due], now: datetime) -> None:
    actor = system(due[0].provider_id, tuple({d.enterprise_id for d in due}))
    operations.expire(actor=actor, article_ids=[d.subject_id for d in due], at=now)


TIMERS: dict[str, Fires] = {operations.TIMER: Fires(expire_due, operations.free_articles)}
