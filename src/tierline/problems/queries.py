"""Which causes are being looked for, and which faults are known?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tierline.domain.errors import NotFound
from tierline.domain.textmatch import Snippet
from tierline.knowledge import queries as knowledge
from tierline.plumbing.actor import Actor
from tierline.problems import policies
from tierline.problems.models import KnownError, Problem, ProblemTicket

ACTIVE, RETIRED = "active", "retired"
# The name of known errors in the search index.
INDEXED = "known_error"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    id: int
    enterprise_id: int
    number: str
    title: str
    state: str
    cause: str
    owner_id: int | None
    edition: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownErrorRow:
    id: int
    enterprise_id: int
    number: str
    problem_id: int
    symptom: str
    workaround: str
    article_id: int | None
    state: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class KnownErrorHit:
    """``covered`` is the share of the question's words that the known error speaks of, 0 to 1."""

    known_error: KnownErrorRow
    covered: float
    snippet: Snippet


def may_read(actor: Actor) -> bool:
    """Causes and workarounds are internal: for the support team, its auditors and admins."""
    return policies.may_read(actor)


def problem(problem_id: int) -> ProblemRow:
    """Raises NotFound."""
    found = Problem.objects.filter(id=problem_id).first()
    if found is None:
        raise NotFound(what="problem")
    return _problem(found)


def problem_by_number(enterprise_id: int, number: str) -> ProblemRow:
    found = Problem.objects.filter(enterprise_id=enterprise_id, number=number.strip().upper()).first()
    if found is None:
        raise NotFound(what="problem", number=number)
    return _problem(found)


def problem_page(
    enterprise_id: int, *, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[ProblemRow]:
    """Newest first, those before the id ``before``."""
    rows = Problem.objects.filter(enterprise_id=enterprise_id)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_problem(p) for p in rows.order_by("-id")[:limit]]


def problems_of_tickets(ticket_ids: Iterable[int]) -> Mapping[int, list[ProblemRow]]:
    found: dict[int, list[ProblemRow]] = {}
    for row in ProblemTicket.objects.filter(ticket_id__in=set(ticket_ids)).select_related("problem").order_by("id"):
        found.setdefault(row.ticket_id, []).append(_problem(row.problem))
    return found


def tickets_of(problem_id: int) -> list[int]:
    """Ids of the tickets that the problem is behind, in the order of linking."""
    return list(ProblemTicket.objects.filter(problem_id=problem_id).order_by("id").values_list("ticket_id", flat=True))


def known_error(known_error_id: int) -> KnownErrorRow:
    """Raises NotFound."""
    found = KnownError.objects.filter(id=known_error_id).first()
    if found is None:
        raise NotFound(what="known_error")
    return _known_error(found)


def known_error_by_number(enterprise_id: int, number: str) -> KnownErrorRow:
    found = KnownError.objects.filter(enterprise_id=enterprise_id, number=number.strip().upper()).first()
    if found is None:
        raise NotFound(what="known_error", number=number)
    return _known_error(found)


def known_errors(ids: Iterable[int | None]) -> Mapping[int, KnownErrorRow]:
    return {k.id: _known_error(k) for k in KnownError.objects.filter(id__in={i for i in ids if i is not None})}


def known_errors_of(problem_id: int) -> list[KnownErrorRow]:
    return [_known_error(k) for k in KnownError.objects.filter(problem_id=problem_id).order_by("id")]


def citable(enterprise_id: int, known_error_id: int) -> bool:
    """Whether a resolution in this enterprise may rest on it: it is its own, and not retired."""
    return KnownError.objects.filter(id=known_error_id, enterprise_id=enterprise_id, state=ACTIVE).exists()


def search(enterprise_id: int, text: str, *, limit: int = 10) -> list[KnownErrorHit]:
    """Known errors in use that speak of ``text``, the best first. Internal: for the support team only."""
    reach = knowledge.Reach((enterprise_id,), (INDEXED,), (knowledge.INTERNAL,))
    found = knowledge.find(reach, text, limit=limit)
    rows = known_errors(hit.subject for hit in found)
    return [KnownErrorHit(rows[hit.subject], hit.covered, hit.snippet) for hit in found if hit.subject in rows]


def _problem(p: Problem) -> ProblemRow:
    return ProblemRow(
        p.id, p.enterprise_id, p.number, p.title, p.state, p.cause, p.owner_id, p.edition, p.opened_at, p.closed_at
    )


def _known_error(k: KnownError) -> KnownErrorRow:
    return KnownErrorRow(
        k.id,
        k.enterprise_id,
        k.number,
        k.problem_id,
        k.symptom,
        k.workaround,
        k.article_id,
        k.state,
        k.recorded_at,
    )
