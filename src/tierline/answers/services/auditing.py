"""盲审: every week some of the automatic answers are judged by people who do not know what the others know."""

from __future__ import annotations

from datetime import datetime, timedelta

from tierline.answers import policies
from tierline.answers.models import Answer, Sample
from tierline.answers.services.saying import SaidAlready
from tierline.audit.operations import Act, record
from tierline.desk.operations import locked
from tierline.desk.operations.answering import confirm_answer
from tierline.domain.answering import drawn
from tierline.domain.errors import NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

# So many a week and enterprise: a year of them narrows the interval of 95 % to about two points.
WEEKLY = 20
DRAW = "answers.draw"
_WEEK = timedelta(days=7)


def week_of(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


def next_monday(at: datetime) -> datetime:
    return _monday(at) + _WEEK


def _monday(at: datetime) -> datetime:
    return (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


@service
def draw_samples(*, actor: Actor, enterprise_id: int, at: datetime, size: int = WEEKLY) -> int:
    """The sample of the week before ``at``'s, drawn by the week's name; how many answers are new in it."""
    monday = _monday(at)
    rows = Answer.objects.filter(enterprise_id=enterprise_id, is_sent=True, at__gte=monday - _WEEK, at__lt=monday)
    week = week_of(monday - _WEEK)
    chosen = drawn(rows.values_list("id", flat=True), seed=f"{enterprise_id}:{week}", size=size)
    known = set(Sample.objects.filter(answer_id__in=chosen).values_list("answer_id", flat=True))
    fresh = [answer_id for answer_id in chosen if answer_id not in known]
    Sample.objects.bulk_create(
        Sample(provider_id=actor.provider_id, enterprise_id=enterprise_id, answer_id=answer_id, week=week, drawn_at=at)
        for answer_id in fresh
    )
    return len(fresh)


@service
def judge_sample(*, actor: Actor, sample_id: int, is_right: bool, at: datetime, why: str = "") -> None:
    """The word of who judges is final. An answer found right stops the clock of the first useful answer.

    Raises NotFound, SaidAlready for one that was judged, Missing where a wrong one is not explained.
    """
    row = Sample.objects.select_for_update(of=("self",)).select_related("answer").filter(id=sample_id).first()
    if row is None:
        raise NotFound(what="answer_sample", id=sample_id)
    policies.require(actor, "answer.judge", row.enterprise_id)
    if row.is_right is not None:
        raise SaidAlready(what="sample")
    row.why = clean(why, field="why", limit=500, required=not is_right)
    row.is_right, row.judged_by_id, row.judged_at = is_right, actor.person_id, at
    row.save(update_fields=["is_right", "why", "judged_by", "judged_at"])
    answer = row.answer
    if is_right and answer.confirmed_at is None:
        [ticket] = locked(actor, [answer.ticket_id])
        confirm_answer(actor, ticket, by="audit", seq=answer.seq, at=at)
    facts = {"answer": answer.id, "right": is_right, "week": row.week}
    record(actor, [Act(f"ticket:{answer.ticket_id}", "answers.judged", row.enterprise_id, facts)], at=at)
