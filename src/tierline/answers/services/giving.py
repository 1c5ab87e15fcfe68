"""One ticket: what would answer it, whether it is said, and what was said of that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tierline.accounts import queries as accounts
from tierline.answers import extracting, queries
from tierline.answers.models import Answer
from tierline.answers.services.saying import SaidAlready
from tierline.desk import queries as desk
from tierline.desk.operations import locked
from tierline.desk.operations.answering import confirm_answer
from tierline.desk.operations.speaking import say_by_itself
from tierline.domain.answering import RECONTACT, Act, Decision, Mode, Situation, decide
from tierline.domain.errors import NotFound
from tierline.domain.events import STAFF
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.service import service


@service
def consider(*, actor: Actor, ticket_id: int, at: datetime) -> Decision | None:
    """The typed action for a ticket that was just opened, kept with its reasons. None where answers are not automatic

    (suggestions are looked up when somebody looks), there is one already, or nobody asked: our own side opened it,
    it was imported or split off.
    """
    seen = desk.ticket(actor, ticket_id)
    rule = queries.policy_for(seen.enterprise_id, seen.fault_class)
    if rule.policy.mode is not Mode.AUTOMATIC:
        return None  # a lock for nothing would keep the timers of the ticket waiting
    [ticket] = locked(actor, [ticket_id])
    if not _is_asked(actor, ticket) or Answer.objects.filter(ticket_id=ticket.id).exists():
        return None
    found = queries.candidates(ticket.enterprise_id, queries.question(ticket.id))
    events = desk.events(actor, ticket)
    situation = Situation(
        priority=ticket.priority,
        has_person_spoken=any(e.type == "public_message" and e.actor_role in STAFF for e in events),
    )
    told = decide(
        [f.candidate for f in found],
        policy=rule.policy,
        measured=queries.measured(ticket.enterprise_id, ticket.fault_class),
        situation=situation,
    )
    seq = None
    if told.is_sent and ticket.requester_id is not None:
        reader = accounts.person(ticket.requester_id)
        articles = [f for f in found if f.candidate.article_id in (told.article_id, *told.among)]
        text = extracting.message(told, articles, language=reader.language, number=ticket.number)
        seq = say_by_itself(actor, ticket, text, action="answer", at=at)
    _keep(ticket, told, found, rule.evaluation_id, seq, at)
    return told


@service
def tell_outcome(*, actor: Actor, ticket_id: int, seq: int, helped: bool, at: datetime) -> None:
    """The requester's word on the automatic answer ``seq``. The first word stands.

    Raises NotFound for another's, SaidAlready when something was said of it before.
    """
    [ticket] = locked(actor, [ticket_id])
    row = Answer.objects.select_for_update().filter(ticket_id=ticket.id, seq=seq, is_sent=True).first()
    if row is None or actor.role != REQUESTER or ticket.requester_id != actor.person_id:
        raise NotFound(what="answer", id=seq)
    if row.confirmed_at is not None or row.refused_at is not None:
        raise SaidAlready(what="answer")
    if helped:
        row.confirmed_at = at
        confirm_answer(actor, ticket, by="requester", seq=seq, at=at)
    else:
        row.refused_at = at
    row.save(update_fields=["confirmed_at", "refused_at"])


@service
def hear(*, actor: Actor, requester_id: int, at: datetime, but_ticket_id: int | None = None) -> None:
    """The requester wrote again, or opened ``but_ticket_id``: the answers given before know of it, once each."""
    rows = Answer.objects.filter(requester_id=requester_id, is_sent=True, at__lt=at, at__gte=at - RECONTACT)
    rows.filter(wrote_again_at=None).exclude(ticket_id=but_ticket_id).update(wrote_again_at=at)


def _is_asked(actor: Actor, ticket: Any) -> bool:
    opening = desk.events(actor, ticket)[0].payload
    is_ours = opening.get("by") == "staff" or opening.get("split_from") or opening.get("imported")
    return not is_ours and ticket.is_open and ticket.requester_id is not None


def _keep(
    ticket: Any, told: Decision, found: list[queries.Found], evaluation_id: int | None, seq: int | None, at: datetime
) -> None:
    if told.act is Act.HAND_OVER and not found:
        return
    Answer.objects.create(
        provider_id=ticket.provider_id,
        enterprise_id=ticket.enterprise_id,
        ticket_id=ticket.id,
        requester_id=ticket.requester_id,
        seq=seq,
        at=at,
        act=told.act.value,
        reason=told.reason,
        is_sent=told.is_sent,
        fault_class=ticket.fault_class,
        article_id=told.article_id,
        confidence=told.confidence,
        candidates=[[f.candidate.article_id, round(f.candidate.confidence, 4)] for f in found],
        evaluation_id=evaluation_id,
    )
