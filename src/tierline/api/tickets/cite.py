"""The records that a ticket names: problems, known errors, articles, of its own enterprise and in use."""

from __future__ import annotations

import re

from tierline.api.values import LARGEST_ID
from tierline.desk import queries
from tierline.domain.errors import NotFound
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.problems import queries as problems

_NUMBER = re.compile(r"(PB|KE|KB)-\d{1,15}", re.IGNORECASE | re.ASCII)


def cited(
    actor: Actor, ticket: int, *, known_error: int | str | None, article: int | str | None
) -> dict[str, int | None]:
    """Both as ids. Raises NotFound; to who may not read such records nothing is told: the desk refuses the verb."""
    with tenancy.reading(actor):
        enterprise_id = queries.ticket(actor, ticket).enterprise_id
        if not problems.may_read(actor):
            return {"known_error": None, "article": None}
        return {
            "known_error": known_error_id(enterprise_id, known_error) if known_error is not None else None,
            "article": article_id(actor, article) if article is not None else None,
        }


def problem_number(actor: Actor, ticket: int, name: int | str) -> str:
    """The number of a problem of the ticket's enterprise, named by id or number. Raises NotFound."""
    with tenancy.reading(actor):
        enterprise_id = queries.ticket(actor, ticket).enterprise_id
        return problem(enterprise_id, name).number if problems.may_read(actor) else str(name)


def problem(enterprise_id: int, name: int | str) -> problems.ProblemRow:
    known = shaped("problem", name)
    if isinstance(known, str):
        return problems.problem_by_number(enterprise_id, known)
    found = problems.problem(known)
    if found.enterprise_id != enterprise_id:
        raise NotFound(what="problem", value=name)
    return found


def known_error_id(enterprise_id: int, name: int | str) -> int:
    known = shaped("known_error", name)
    if isinstance(known, str):
        known = problems.known_error_by_number(enterprise_id, known).id
    if not problems.citable(enterprise_id, known):
        raise NotFound(what="known_error", value=name)
    return known


def article_id(actor: Actor, name: int | str) -> int:
    """By id as given (the desk looks whether it may be cited), by number with one read."""
    known = shaped("article", name)
    if isinstance(known, int):
        return known
    return knowledge.article_by_number(known, audiences=knowledge.audiences(actor)).article.id


def shaped(what: str, name: int | str) -> int | str:
    """An id, or text that can be a number at all. Raises NotFound for any other."""
    if isinstance(name, int):
        return name
    if name.isascii() and name.isdecimal() and len(name) <= 19 and int(name) <= LARGEST_ID:
        return int(name)
    if not _NUMBER.fullmatch(name):
        raise NotFound(what=what, value=name)
    return name.upper()
