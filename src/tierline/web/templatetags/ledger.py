"""The ledger of a clock: the table, and the table behind a question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext

from tierline.domain.sla import Explanation, Reading, explain
from tierline.domain.terms import Terms
from tierline.web import ledgers

register = template.Library()


@register.simple_tag
def written(told: Explanation | Reading | None, at: datetime) -> ledgers.Ledger | None:
    """Of a bare reading the steps to come are not known: they stand in its agreement."""
    if told is None:
        return None
    if isinstance(told, Reading):
        bare = explain([told], Terms.default(), at=at, reader=get_current_timezone())[0]
        told = bare._replace(coming=())
    return ledgers.ledger(told, at)


@register.inclusion_tag("ui/ledger_table.html")
def ledger_table(told: Explanation | Reading, at: datetime) -> dict[str, Any]:
    reading = told if isinstance(told, Reading) else told.reading
    clock = " ".join(
        filter(None, [gettext(f"page.clock_full.{reading.kind}"), reading.party or "", str(reading.cycle)])
    )
    return {"ledger": written(told, at), "clock_name": clock}
