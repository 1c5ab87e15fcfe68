"""Problems and known errors, written inside another's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tierline.audit.operations import Act, record
from tierline.desk import operations as desk
from tierline.domain import textmatch
from tierline.domain.errors import NotFound, StaleVersion
from tierline.domain.problems import ProblemMove, ProblemState, after
from tierline.domain.text import SUBJECT_LIMIT, clean
from tierline.knowledge import operations as search
from tierline.knowledge import queries as knowledge
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.problems.models import KnownError, Problem, ProblemTicket
from tierline.problems.queries import ACTIVE, INDEXED, RETIRED

_TEXT_LIMIT = 100_000


def record_problem(
    *,
    actor: Actor,
    enterprise_id: int,
    title: str,
    at: datetime,
    cause: str = "",
    ticket_ids: Sequence[int] = (),
) -> int:
    """A problem, owned by who records it, behind the tickets. Raises what the desk says of a ticket out of reach."""
    require_transaction()
    row = Problem.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        number=_number(actor.provider_id, "PB"),
        title=clean(title, field="title", limit=SUBJECT_LIMIT),
        cause=clean(cause, field="cause", limit=_TEXT_LIMIT, required=False),
        state=ProblemState.OPEN.value,
        owner_id=actor.person_id,
        opened_at=at,
    )
    record(actor, [Act(f"problem:{row.id}", "problem.recorded", enterprise_id, {"tickets": list(ticket_ids)})], at=at)
    link_tickets(actor=actor, enterprise_id=enterprise_id, problem_id=row.id, ticket_ids=ticket_ids, at=at)
    return row.id


def link_tickets(*, actor: Actor, enterprise_id: int, problem_id: int, ticket_ids: Sequence[int], at: datetime) -> None:
    """A ticket that is linked already stays so, and its history does not say it twice."""
    require_transaction()
    row = _locked(enterprise_id, problem_id)
    known = set(ProblemTicket.objects.filter(problem_id=row.id).values_list("ticket_id", flat=True))
    fresh = [ticket_id for ticket_id in dict.fromkeys(ticket_ids) if ticket_id not in known]
    if not fresh:
        return
    tickets = desk.locked(actor, fresh)
    if any(ticket.enterprise_id != enterprise_id for ticket in tickets):
        raise NotFound(what="ticket")
    ProblemTicket.objects.bulk_create(
        ProblemTicket(
            provider_id=actor.provider_id, enterprise_id=enterprise_id, problem_id=row.id, ticket_id=ticket.id, at=at
        )
        for ticket in tickets
    )
    said = desk.Draft("linked", {"kind": "problem", "target": row.number, "target_id": None})
    desk.record_commands(actor, [desk.Command(ticket, "link", [said]) for ticket in tickets], at=at)
    record(actor, [Act(f"problem:{row.id}", "problem.linked", enterprise_id, {"tickets": fresh})], at=at)


def record_known_error(
    *,
    actor: Actor,
    enterprise_id: int,
    problem_id: int,
    symptom: str,
    workaround: str,
    at: datetime,
    cause: str = "",
    article_id: int | None = None,
) -> int:
    """How the problem shows and how to live with it; the problem's cause is known from now on.

    Raises IllegalMove for a closed problem, NotFound for an article that is not the enterprise's own.
    """
    require_transaction()
    row = _locked(enterprise_id, problem_id)
    state = after(row.state, ProblemMove.RECORD_KNOWN_ERROR)
    because = clean(cause or row.cause, field="cause", limit=_TEXT_LIMIT)
    shows = clean(symptom, field="symptom", limit=_TEXT_LIMIT)
    helps = clean(workaround, field="workaround", limit=_TEXT_LIMIT)
    if article_id is not None:
        article = knowledge.articles([article_id]).get(article_id)
        if article is None or article.enterprise_id != enterprise_id:
            raise NotFound(what="article", id=article_id)
    made = KnownError.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        number=_number(actor.provider_id, "KE"),
        problem_id=row.id,
        symptom=shows,
        workaround=helps,
        article_id=article_id,
        state=ACTIVE,
        tokens=textmatch.document(f"{row.title}\n{shows}", helps),
        recorded_at=at,
    )
    index_known_errors([made])
    Problem.objects.filter(id=row.id).update(state=state.value, cause=because, edition=row.edition + 1)
    facts = {"known_error": made.id, "article": article_id}
    acts = [
        Act(f"known_error:{made.id}", "known_error.recorded", enterprise_id, {"problem": row.id}),
        Act(f"problem:{row.id}", "problem.cause_known", enterprise_id, facts),
    ]
    record(actor, acts, at=at)
    return made.id


def retire_known_error(*, actor: Actor, enterprise_id: int, known_error_id: int, at: datetime) -> None:
    """Nobody finds or cites it any more. Raises NotFound when it is not there or retired already."""
    require_transaction()
    rows = KnownError.objects.filter(enterprise_id=enterprise_id, id=known_error_id, state=ACTIVE)
    if not rows.update(state=RETIRED, retired_at=at):
        raise NotFound(what="known_error", id=known_error_id)
    search.drop(INDEXED, [known_error_id])
    record(actor, [Act(f"known_error:{known_error_id}", "known_error.retired", enterprise_id)], at=at)


def index_known_errors(rows: Sequence[KnownError]) -> None:
    """Found by problem, symptom and workaround from this commit on. The problem's cause is not searched."""
    search.put(
        search.Entry(
            row.enterprise_id,
            INDEXED,
            row.id,
            row.number,
            row.problem.title,
            f"{row.symptom}\n\n{row.workaround}",
            row.recorded_at,
        )
        for row in rows
    )


def reindex_known_errors(enterprise_id: int) -> int:
    """How many are in use."""
    rows = list(KnownError.objects.filter(enterprise_id=enterprise_id, state=ACTIVE).select_related("problem"))
    index_known_errors(rows)
    return len(rows)


def move_problem(
    *, actor: Actor, enterprise_id: int, problem_id: int, move: ProblemMove, seen: int, at: datetime
) -> None:
    """Close or reopen. Raises StaleVersion, IllegalMove."""
    require_transaction()
    row = _locked(enterprise_id, problem_id)
    if row.edition != seen:
        raise StaleVersion(problem=row.number, seen=seen, latest=row.edition)
    state = after(row.state, move)
    closed_at = at if state is ProblemState.CLOSED else None
    Problem.objects.filter(id=row.id).update(state=state.value, closed_at=closed_at, edition=seen + 1)
    record(actor, [Act(f"problem:{row.id}", f"problem.{state.value}", enterprise_id)], at=at)


def _locked(enterprise_id: int, problem_id: int) -> Problem:
    row = Problem.objects.select_for_update().filter(enterprise_id=enterprise_id, id=problem_id).first()
    if row is None:
        raise NotFound(what="problem", id=problem_id)
    return row


def _number(provider_id: int, kind: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO problems_problemcounter (provider_id, kind, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (provider_id, kind) DO UPDATE SET last = problems_problemcounter.last + 1 RETURNING last",
            [provider_id, kind],
        )
        row = cursor.fetchone()
    assert row is not None
    return f"{kind}-{row[0]}"
