"""排障清单 on a ticket: what each step of first troubleshooting showed."""

from __future__ import annotations

from datetime import datetime

from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.text import clean
from tierline.knowledge.queries import checklists
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
RESULTS = (PASSED, FAILED, SKIPPED)


@service
def record_check(
    *, actor: Actor, seen: Seen, checklist: int, version: int, step: int, result: str, at: datetime, text: str = ""
) -> list[Ticket]:
    """One step's result, as a work note that names the checklist's version and the step; the last word on it counts.

    Raises Invalid for another result or a step that the version does not have, NotFound for another's checklist.
    """
    if result not in RESULTS:
        raise Invalid(field="result", value=result, allowed=list(RESULTS))
    if not actor.is_staff:
        raise NotAllowed(right="ticket.check", role=actor.role)
    followed = checklists.checklist(checklist, version=version)
    if not 1 <= step <= len(followed.steps):
        raise Invalid(field="step", value=step, limit=len(followed.steps))
    said = clean(text, field="text", limit=20_000, required=False)
    tickets = load(actor, seen, "note", Move.NOTE)
    if any(ticket.enterprise_id != followed.enterprise_id for ticket in tickets):
        raise NotFound(what="checklist", id=checklist)
    facts = {"kind": "work", "checklist": checklist, "version": version, "step": step, "result": result}
    # What was asked stands with the answer: the checklist may say something else one day.
    words = {"title": followed.steps[step - 1].text, "text": said}
    return each(actor, tickets, "check", lambda t: [Draft("note", facts, words)], at=at)
