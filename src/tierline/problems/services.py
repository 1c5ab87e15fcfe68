"""Verbs of the problems room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.domain.problems import ProblemMove
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.problems import operations, policies


@service
def record_problem(
    *,
    actor: Actor,
    enterprise_id: int,
    title: str,
    at: datetime,
    cause: str = "",
    ticket_ids: Sequence[int] = (),
) -> int:
    policies.require(actor, "problem.record", enterprise_id)
    return operations.record_problem(
        actor=actor, enterprise_id=enterprise_id, title=title, cause=cause, ticket_ids=ticket_ids, at=at
    )


@service
def link_tickets(*, actor: Actor, enterprise_id: int, problem_id: int, ticket_ids: Sequence[int], at: datetime) -> None:
    policies.require(actor, "problem.record", enterprise_id)
    operations.link_tickets(
        actor=actor, enterprise_id=enterprise_id, problem_id=problem_id, ticket_ids=ticket_ids, at=at
    )


@service
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
    """Raises IllegalMove for a closed problem, Missing without a cause, NotFound."""
    policies.require(actor, "known_error.record", enterprise_id)
    return operations.record_known_error(
        actor=actor,
        enterprise_id=enterprise_id,
        problem_id=problem_id,
        symptom=symptom,
        workaround=workaround,
        cause=cause,
        article_id=article_id,
        at=at,
    )


@service
def retire_known_error(*, actor: Actor, enterprise_id: int, known_error_id: int, at: datetime) -> None:
    policies.require(actor, "known_error.retire", enterprise_id)
    operations.retire_known_error(actor=actor, enterprise_id=enterprise_id, known_error_id=known_error_id, at=at)


@service
def close_problem(*, actor: Actor, enterprise_id: int, problem_id: int, seen: int, at: datetime) -> None:
    """``seen`` is the edition the caller was looking at. Raises StaleVersion, IllegalMove."""
    policies.require(actor, "problem.close", enterprise_id)
    operations.move_problem(
        actor=actor, enterprise_id=enterprise_id, problem_id=problem_id, move=ProblemMove.CLOSE, seen=seen, at=at
    )


@service
def reopen_problem(*, actor: Actor, enterprise_id: int, problem_id: int, seen: int, at: datetime) -> None:
    policies.require(actor, "problem.close", enterprise_id)
    operations.move_problem(
        actor=actor, enterprise_id=enterprise_id, problem_id=problem_id, move=ProblemMove.REOPEN, seen=seen, at=at
    )


@service
def reindex_known_errors(*, actor: Actor, enterprise_id: int, at: datetime) -> int:
    """Every known error in use read anew into the search index; how many."""
    policies.require(actor, "known_error.record", enterprise_id)
    return operations.reindex_known_errors(enterprise_id)
