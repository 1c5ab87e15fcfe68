"""Problems, known errors and articles: what tickets cite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierline.api import paging, schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.tags import show
from tierline.api.tickets import cite, find
from tierline.api.values import Body, Named, Word, storable
from tierline.api.writes import write
from tierline.desk import queries as desk
from tierline.domain.errors import NotFound
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.problems import queries as problems
from tierline.problems import services

router = Router(tags=["records"])
Text = Annotated[str, Field(max_length=200), AfterValidator(storable)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Text
    enterprise: Text = ""
    limit: int = Field(10, ge=1, le=50)


class Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enterprise: Text = ""
    cursor: Text = ""
    limit: int = Field(50, ge=1, le=200)


class NewProblem(Body):
    """``ticket``, ``tickets``: the tickets behind it, by id or number."""

    title: Word
    cause: Word = ""
    ticket: Named | None = None
    tickets: list[Named] = []
    enterprise: Named | None = None


class NewKnownError(Body):
    """``problem`` and ``article`` by id or number; ``cause`` where the problem does not say it yet."""

    problem: Named
    symptom: Word
    workaround: Word
    cause: Word = ""
    article: Named | None = None
    enterprise: Named | None = None


@router.post("/problems", response={201: schemas.ProblemRecord}, summary="Record the cause behind tickets")
def record_problem(request: HttpRequest, body: NewProblem) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    named = [*([body.ticket] if body.ticket is not None else []), *body.tickets]
    tickets = [find.ticket_id(actor, name) for name in named]
    enterprise_id = _enterprise_behind(actor, body.enterprise, tickets)
    return write(
        request,
        lambda: services.record_problem(
            actor=actor, enterprise_id=enterprise_id, title=body.title, cause=body.cause, ticket_ids=tickets, at=at
        ),
        lambda made: _problem(made),
        content=request.body,
        status=201,
    )


@router.get("/problems", response=schemas.Problems, summary="List problems, the latest first")
def list_problems(request: HttpRequest, asked: Query[Listed]) -> HttpResponse:
    actor = actor_of(request)
    with _insiders(actor):
        enterprise_id = _enterprise(actor, asked.enterprise)
        before = paging.number(asked.cursor) or None
        rows, more = paging.cut(problems.problem_page(enterprise_id, before=before, limit=asked.limit + 1), asked.limit)
        shown = [asdict(row) for row in rows]
    return show(request, {"problems": shown, "next_cursor": str(rows[-1].id) if more else None})


@router.get(
    "/problems/{number}", response=schemas.ProblemRecord, summary="One problem with its tickets and known errors"
)
def problem(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    with _insiders(actor):
        return show(request, _problem(_problem_named(actor, number).id))


@router.post(
    "/known-errors", response={201: schemas.KnownError}, summary="How a problem shows, and how to live with it"
)
def record_known_error(request: HttpRequest, body: NewKnownError) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    with _insiders(actor):
        wanted = None if body.enterprise is None else _enterprise(actor, body.enterprise)
        row = _problem_named(actor, body.problem, wanted)
        article_id = None if body.article is None else cite.article_id(actor, body.article)
    return write(
        request,
        lambda: services.record_known_error(
            actor=actor,
            enterprise_id=row.enterprise_id,
            problem_id=row.id,
            symptom=body.symptom,
            workaround=body.workaround,
            cause=body.cause,
            article_id=article_id,
            at=at,
        ),
        lambda made: asdict(problems.known_error(made)),
        content=request.body,
        status=201,
    )


@router.get("/known-errors", response=schemas.KnownErrors, summary="Find known errors by their words")
def known_errors(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    actor = actor_of(request)
    with _insiders(actor):
        hits = problems.search(_enterprise(actor, asked.enterprise), asked.q, limit=asked.limit)
        return show(request, {"known_errors": [asdict(hit) for hit in hits]})


@router.get("/articles", response=schemas.Articles, summary="Find articles in Chinese or English")
def articles(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    actor = actor_of(request)
    enterprise_id = _enterprise(actor, asked.enterprise)
    with tenancy.reading(actor):
        hits = knowledge.search(enterprise_id, asked.q, audiences=knowledge.audiences(actor), limit=asked.limit)
        return show(request, {"articles": [asdict(hit) for hit in hits]})


@router.get("/articles/{number}", response=schemas.Article, summary="One article")
def article(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    with tenancy.reading(actor):
        return show(
            request, asdict(knowledge.article(cite.article_id(actor, number), audiences=knowledge.audiences(actor)))
        )


def _problem(problem_id: int) -> dict[str, Any]:
    row = problems.problem(problem_id)
    known = [asdict(k) for k in problems.known_errors_of(problem_id)]
    return {**asdict(row), "tickets": problems.tickets_of(problem_id), "known_errors": known}


def _problem_named(actor: Actor, name: int | str, wanted: int | None = None) -> problems.ProblemRow:
    """In the one enterprise that is asked about, else in each of the reach. Raises NotFound."""
    for enterprise_id in actor.enterprises if wanted is None else (wanted,):
        try:
            return cite.problem(enterprise_id, name)
        except NotFound:
            continue
    raise NotFound(what="problem", value=name)


def _enterprise(actor: Actor, name: int | str | None) -> int:
    """Raises EnterpriseRequired, and NotFound also for one that is out of reach."""
    found = find.Enterprises(actor, [name or None]).find(name)
    if found not in actor.enterprises:
        raise NotFound(what="enterprise", value=name)
    return found


def _enterprise_behind(actor: Actor, name: int | str | None, tickets: list[int]) -> int:
    """Who serves several enterprises need not name the one that the ticket says already."""
    if name is not None or not tickets or len(actor.enterprises) == 1:
        return _enterprise(actor, name)
    with tenancy.reading(actor):
        return desk.ticket(actor, tickets[0]).enterprise_id


@contextmanager
def _insiders(actor: Actor) -> Iterator[None]:
    """Causes and workarounds are for who works there; to anyone else there is no such record."""
    if not problems.may_read(actor):
        raise NotFound(what="problem")
    with tenancy.reading(actor):
        yield
