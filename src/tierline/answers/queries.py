"""What would answer a question and how sure that is; which rule holds; how the answers turned out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from tierline.agreements import queries as agreements
from tierline.answers import policies
from tierline.answers.models import DONE, Answer, AnswerPolicy, Evaluation, Sample
from tierline.desk import queries as desk
from tierline.desk.queries import solved
from tierline.domain.answering import PUBLISHED, Candidate, Mode, Outcome, Policy, Sent, outcome, published
from tierline.domain.confidence import NEVER, Calibration, Rate, rate
from tierline.knowledge import queries as knowledge
from tierline.plumbing.actor import Actor

# How many articles are weighed against each other.
WEIGHED = 5
# Without a measured curve nothing is called surer than this.
UNMEASURED = 0.6
# What is less likely than this is noise on a ticket's page.
SHOWN = 0.15
# Outcomes older than this say little of today's articles.
SPAN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Scored:
    """``score`` is the search's own, 0 to 1, and no probability."""

    article_id: int
    number: str
    title: str
    audience: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    candidate: Candidate
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``evaluation_id`` is the one whose curve and threshold are in use; None before the first."""

    fault_class: str
    policy: Policy
    evaluation_id: int | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One article for the team, on a ticket; ``confidence`` as it was when the ticket was opened or is now."""

    article_id: int
    number: str
    title: str
    confidence: float
    is_shareable: bool


def question(ticket_id: int) -> str:
    """What the ticket was opened with, redacted: what is searched for is kept in no log as it was written."""
    return solved.asked([ticket_id]).get(ticket_id, "")


def search(enterprise_id: int, text: str, *, limit: int = WEIGHED) -> list[Scored]:
    """Of all that is published, the internal too: who may read it is weighed after, with the reason told."""
    hits = knowledge.search(enterprise_id, text, audiences=knowledge.AUDIENCES, limit=limit)
    return [Scored(h.id, h.number, h.title, h.audience, h.covered) for h in hits]


def candidates(enterprise_id: int, text: str) -> list[Found]:
    """With their confidence by the active evaluation. Only the first can be called sure: its rivals share the rest."""
    curve = _curve(enterprise_id)
    found, left = [], 1.0
    for scored in search(enterprise_id, text):
        confidence = min(curve(scored.score) if curve else scored.score * UNMEASURED, left)
        left = max(0.0, left - confidence)
        shareable = scored.audience != knowledge.INTERNAL
        found.append(Found(Candidate(scored.article_id, confidence, shareable), scored.number, scored.title))
    return found


def suggestions(actor: Actor, ticket: Any) -> list[Suggestion]:
    """For who works on the ticket. Nothing where the class is off, or once the ticket is closed."""
    if not ticket.is_open or not policies.may(actor, "answer.read"):
        return []
    if policy_for(ticket.enterprise_id, ticket.fault_class).policy.mode is Mode.OFF:
        return []
    found = candidates(ticket.enterprise_id, question(ticket.id))
    return [
        Suggestion(f.candidate.article_id, f.number, f.title, f.candidate.confidence, f.candidate.is_shareable)
        for f in found
        if f.candidate.confidence >= SHOWN
    ]


def answers_of(ticket_id: int) -> list[Answer]:
    return list(Answer.objects.filter(ticket_id=ticket_id).order_by("id"))


def unjudged(actor: Actor, ticket: Any) -> frozenset[int]:
    """The numbers of the automatic answers of which this requester has not said yet whether they helped."""
    if actor.person_id is None or ticket.requester_id != actor.person_id:
        return frozenset()
    rows = Answer.objects.filter(ticket_id=ticket.id, is_sent=True, confirmed_at=None, refused_at=None)
    return frozenset(rows.values_list("seq", flat=True))


def policy_for(enterprise_id: int, fault_class: str) -> Rule:
    """The class's own rule, else the enterprise's, else suggestions only."""
    rows = {r.fault_class: r for r in AnswerPolicy.objects.filter(enterprise_id=enterprise_id)}
    row = rows.get(fault_class) or rows.get("")
    active = _active(enterprise_id)
    threshold = max(active.threshold, 0.5) if active is not None else NEVER
    policy = Policy(Mode(row.mode), row.target, threshold) if row is not None else Policy(threshold=threshold)
    return Rule(fault_class, policy, active.id if active is not None else None)


def fault_classes(enterprise_id: int) -> Mapping[str, agreements.FaultClassRow]:
    """Code -> class, of every service of the enterprise's catalogue."""
    found = (agreements.fault_classes(s.id) for s in agreements.services(enterprise_id))
    return {each.code: each for of_service in found for each in of_service}


def rules(enterprise_id: int) -> list[AnswerPolicy]:
    return list(AnswerPolicy.objects.filter(enterprise_id=enterprise_id).order_by("fault_class"))


def measured(enterprise_id: int, fault_class: str = "") -> Rate:
    """How many answers were judged right: those that people audited, and those of the active evaluation's newer half.

    Of a class only its own count.
    """
    judged = Sample.objects.filter(enterprise_id=enterprise_id).exclude(is_right=None)
    if fault_class:
        judged = judged.filter(answer__fault_class=fault_class)
    told = judged.aggregate(n=Count("id"), hits=Count("id", filter=Q(is_right=True)))
    hits, n = _evaluated(_active(enterprise_id), fault_class)
    return rate(told["hits"] + hits, told["n"] + n)


def figures(enterprise_id: int, *, at: datetime, span: timedelta = SPAN) -> Mapping[Outcome, Rate]:
    """The four published numbers of the automatic answers since ``span`` ago."""
    rows = list(Answer.objects.filter(enterprise_id=enterprise_id, is_sent=True, at__gte=at - span, at__lte=at))
    judged = dict(Sample.objects.filter(answer_id__in=[a.id for a in rows]).values_list("answer_id", "is_right"))
    told = published(
        outcome(
            Sent(a.at, a.confirmed_at, a.refused_at, a.wrote_again_at, judged.get(a.id)),
            at=at,
        )
        for a in rows
    )
    return {each: told[each] for each in PUBLISHED}


def evaluations(enterprise_id: int, *, limit: int = 10) -> list[Evaluation]:
    return list(Evaluation.objects.filter(enterprise_id=enterprise_id).defer("rows").order_by("-id")[:limit])


def latest_done(enterprise_id: int) -> Evaluation | None:
    rows = Evaluation.objects.filter(enterprise_id=enterprise_id, state=DONE).defer("rows")
    return rows.order_by("-is_active", "-id").first()


@dataclass(frozen=True, slots=True)
class Blind:
    """One answer to be judged: the question and what was said. Neither confidence nor reaction is in it."""

    id: int
    week: str
    ticket: str
    asked: str
    said: str


def to_judge(actor: Actor, enterprise_id: int, *, limit: int = 20) -> list[Blind]:
    waiting = Sample.objects.filter(enterprise_id=enterprise_id, is_right=None).select_related("answer")
    rows = list(waiting.order_by("week", "id")[:limit])
    tickets = desk.tickets(actor, [s.answer.ticket_id for s in rows])
    asked = solved.asked([s.answer.ticket_id for s in rows])
    return [
        Blind(
            s.id,
            s.week,
            tickets[s.answer.ticket_id].number,
            asked.get(s.answer.ticket_id, ""),
            solved.said(s.answer.ticket_id, s.answer.seq or 0),
        )
        for s in rows
        if s.answer.ticket_id in tickets
    ]


def judged_counts(enterprise_id: int) -> list[tuple[str, int, int, int]]:
    """(week, drawn, judged, right), the newest week first."""
    rows = Sample.objects.filter(enterprise_id=enterprise_id).values_list("week")
    told = rows.annotate(
        n=Count("id"), judged=Count("id", filter=~Q(is_right=None)), right=Count("id", filter=Q(is_right=True))
    )
    return list(told.order_by("-week")[:12])


def _active(enterprise_id: int) -> Evaluation | None:
    return Evaluation.objects.filter(enterprise_id=enterprise_id, is_active=True).first()


def _curve(enterprise_id: int) -> Calibration | None:
    active = _active(enterprise_id)
    if active is None or not active.curve:
        return None
    return Calibration(tuple(p[0] for p in active.curve), tuple(p[1] for p in active.curve))


def _evaluated(active: Evaluation | None, fault_class: str) -> tuple[int, int]:
    """Right and all of what the active evaluation would have said on the newer half of its tickets."""
    if active is None:
        return 0, 0
    if not fault_class:
        return active.hits, active.n
    return _spoken(active, fault_class)


def _spoken(active: Evaluation, fault_class: str) -> tuple[int, int]:
    curve = Calibration(tuple(p[0] for p in active.curve), tuple(p[1] for p in active.curve))
    ordered: Iterable[Sequence[Any]] = sorted(active.rows, key=lambda r: r[3])[len(active.rows) // 2 :]
    hits = [r[2] for r in ordered if r[0] == fault_class and curve(r[1]) >= active.threshold]
    return sum(hits), len(hits)
