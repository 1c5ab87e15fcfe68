"""评测: the same search on questions whose answer is known, before anything may be said without a person."""

from __future__ import annotations

from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.answers import policies, queries
from tierline.answers.models import DONE, FAILED, RUNNING, Evaluation
from tierline.audit.operations import Act, record
from tierline.desk.queries import solved as desk
from tierline.domain.answering import TARGET
from tierline.domain.confidence import calibrated, risk_coverage, threshold_for
from tierline.domain.errors import DomainError, NotFound
from tierline.plumbing import clock, jobs
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# Tickets of a batch, and how many are looked at in all: of more the newest.
BATCH, MOST = 100, 2000
# Below this an evaluation says nothing.
FEWEST = 40


class TooFewSolved(DomainError):
    """An evaluation needs tickets that were closed by citing an article. ``n``, ``needed``."""

    code = "too_few_solved"


@service
def evaluate(*, actor: Actor, enterprise_id: int, at: datetime) -> int:
    """Begin; the evaluation's id. The work goes on behind the page and can be taken up where it broke."""
    policies.require(actor, "answer.evaluate", enterprise_id)
    total = desk.how_many_solved(actor, enterprise_id, most=MOST)
    if total < FEWEST:
        raise TooFewSolved(n=total, needed=FEWEST)
    row = Evaluation.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        total=total,
        asked_by_id=actor.person_id,
        started_at=at,
    )
    _defer(row)
    return int(row.id)


@service
def activate(*, actor: Actor, evaluation_id: int, at: datetime) -> None:
    """From now on confidence is read off this evaluation's curve. An earlier one can be taken back the same way."""
    row = Evaluation.objects.select_for_update(of=("self",)).filter(id=evaluation_id, state=DONE).first()
    if row is None:
        raise NotFound(what="answer_evaluation", id=evaluation_id)
    policies.require(actor, "answer.evaluate", row.enterprise_id)
    others = Evaluation.objects.filter(enterprise_id=row.enterprise_id, is_active=True)
    was = others.values_list("id", flat=True).first()
    others.update(is_active=False)
    Evaluation.objects.filter(id=row.id).update(is_active=True)
    facts = {"evaluation": row.id, "was": was}
    record(actor, [Act(f"enterprise:{row.enterprise_id}", "answers.activated", row.enterprise_id, facts)], at=at)


@service
def advance_evaluation(*, actor: Actor, evaluation_id: int, done: int, at: datetime, size: int = BATCH) -> None:
    """The batch after ``done`` tickets, if that is how far it is; at the end the figures."""
    row = Evaluation.objects.select_for_update(of=("self",)).filter(id=evaluation_id).first()
    if row is None or row.done != done or row.state == DONE:
        return
    policies.require(actor, "answer.evaluate", row.enterprise_id)
    batch = desk.solved(actor, row.enterprise_id, before=row.after_ticket, limit=min(size, row.total - row.done))
    for each in batch:
        found = queries.search(row.enterprise_id, each.text)
        best = found[0] if found else None
        score, is_right = (best.score, best.article_id == each.article_id) if best else (0.0, False)
        row.rows.append([each.fault_class, round(score, 6), is_right, each.ticket_id])
        row.after_ticket = each.ticket_id
    row.done += len(batch)
    row.state = RUNNING
    if not batch or row.done >= row.total:
        _settle(row, at)
    row.save(update_fields=_ADVANCED)
    if row.state == RUNNING:
        _defer(row)


_ADVANCED = ["state", "done", "after_ticket", "rows", "curve", "points", "threshold", "hits", "n", "finished_at"]


def _settle(row: Evaluation, at: datetime) -> None:
    """The curve is learned on the older half and everything that is told is counted on the newer one."""
    ordered = sorted(row.rows, key=lambda r: r[3])
    older, newer = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    curve = calibrated([r[1] for r in older], [r[2] for r in older])
    confidences, hits = curve.many(r[1] for r in newer), [r[2] for r in newer]
    on_older = threshold_for(curve.many(r[1] for r in older), [r[2] for r in older], target=TARGET, lower_bound=True)
    spoken = [right for confidence, right in zip(confidences, hits, strict=True) if confidence >= on_older.confidence]
    row.curve = [list(pair) for pair in zip(curve.scores, curve.values, strict=True)]
    row.points = [[p.confidence, p.coverage, p.hits, p.n] for p in risk_coverage(confidences, hits)]
    row.threshold, row.hits, row.n = on_older.confidence, sum(spoken), len(spoken)
    row.state, row.finished_at = DONE, at


def run_evaluation(provider_id: int, enterprise_id: int, evaluation_id: int, person_id: int, done: int) -> None:
    """The job, with the eyes of who asked. What breaks is shown as broken and raised: the queue tries it again."""
    at = clock.now()
    try:
        asker = accounts.asker(provider_id, person_id, at=at)
        advance_evaluation(actor=asker, evaluation_id=evaluation_id, done=done, at=at)
    except Exception:
        fail_evaluation(actor=system(provider_id, (enterprise_id,)), evaluation_id=evaluation_id)
        raise


@service
def fail_evaluation(*, actor: Actor, evaluation_id: int) -> None:
    Evaluation.objects.filter(id=evaluation_id, state=RUNNING).update(state=FAILED)


def _defer(row: Evaluation) -> None:
    jobs.defer(
        run_evaluation,
        provider_id=row.provider_id,
        enterprise_id=row.enterprise_id,
        evaluation_id=row.id,
        person_id=row.asked_by_id,
        done=row.done,
    )
