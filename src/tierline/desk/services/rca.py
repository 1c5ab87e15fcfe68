"""根因报告: what was behind a P1, told to who was hit by it; its clock runs from the resolution."""

from __future__ import annotations

from datetime import datetime

from tierline.desk import clocks
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError
from tierline.domain.lifecycle import Move
from tierline.domain.terms import Kind
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

_TEXT_LIMIT = 100_000


class ReportNotOwed(DomainError):
    """No report is due for the ticket: its agreement promises none, or it was issued. ``ticket``."""

    code = "report_not_owed"


@service
def issue_reports(*, actor: Actor, seen: Seen, report: str, at: datetime) -> list[Ticket]:
    """The report on the root cause is with the requester's side, in these words or where these words say."""
    words = clean(report, field="report", limit=_TEXT_LIMIT)
    tickets = load(actor, seen, "rca", Move.RCA)
    read = clocks.readings(tickets, clocks.history(t.id for t in tickets), at=at)
    for ticket in tickets:
        if not any(r.kind == Kind.RCA and r.is_open for r in read[ticket.id]):
            raise ReportNotOwed(ticket=ticket.number)
    return each(actor, tickets, "rca", lambda t: [Draft("rca_issued", {}, {"report": words})], at=at)
