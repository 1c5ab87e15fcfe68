"""POST /tickets/acts: many verbs on many tickets in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError

from tierline.api import schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.problems import document, of_validation
from tierline.api.tickets import bodies, find
from tierline.api.tickets.opening import TooMany
from tierline.api.tickets.router import router
from tierline.api.tickets.verbs import VERBS
from tierline.api.values import LARGEST_ID
from tierline.api.writes import write
from tierline.desk import api as desk
from tierline.desk import services
from tierline.desk.services.many import Act, Refused
from tierline.domain.errors import DomainError, Invalid, Missing, NotFound
from tierline.plumbing.actor import Actor


@router.post("/acts", response={200: schemas.ActsAnswer}, summary="Up to 200 acts on tickets in one call")
def act_on_many(request: HttpRequest, body: bodies.Acts) -> HttpResponse:
    """One result per act, in order: each on its own, or with ``all_or_none`` all of them or none."""
    actor, at = actor_of(request), received_at(request)
    if len(body.acts) > bodies.ACTS_LIMIT:
        raise TooMany(field="acts", limit=bodies.ACTS_LIMIT, length=len(body.acts))
    if not body.acts:
        raise Missing(field="acts")
    asked = [_asked(actor, raw, at) for raw in body.acts]
    if body.all_or_none:
        _refuse_any(asked)
    return write(
        request,
        lambda: services.act_on_many(actor=actor, acts=asked, all_or_none=body.all_or_none, at=at),
        lambda ended: _results(request, actor, ended),
        content=request.body,
    )


def _refuse_any(asked: Sequence[Act | DomainError]) -> None:
    for index, act in enumerate(asked):
        if isinstance(act, DomainError):
            raise Refused(index=index, cause=act.code, facts=act.facts)


def _asked(actor: Actor, raw: Any, at: datetime) -> Act | DomainError:
    """The act as the desk takes it, or why not."""
    try:
        return _act(actor, raw, at)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False, include_context=True)
        return of_validation([{**e, "loc": e["loc"] or ("act",)} for e in errors], within=0)
    except DomainError as refused:
        return refused


def _act(actor: Actor, raw: Any, at: datetime) -> Act:
    if not isinstance(raw, Mapping):
        raise Invalid(field="act")
    for name in ("ticket", "verb"):
        if name not in raw:
            raise Missing(field=name)
    ticket, verb = raw["ticket"], raw["verb"]
    if isinstance(ticket, bool) or not isinstance(ticket, int | str):
        raise Invalid(field="ticket")
    if isinstance(ticket, int) and not 1 <= ticket <= LARGEST_ID:
        raise NotFound(what="ticket")
    known = VERBS.get(verb) if isinstance(verb, str) else None
    if known is None:
        raise Invalid(field="verb", value=str(verb), allowed=list(VERBS))
    body = known.body.model_validate({name: raw[name] for name in raw if name not in ("ticket", "verb")})
    number = find.ticket_id(actor, ticket)
    return Act(number, body.version, known.service, known.fields(actor, number, body, at=at))


def _results(request: HttpRequest, actor: Actor, ended: Sequence[Any]) -> dict[str, Any]:
    """Each ticket is shown as the whole batch left it."""
    tickets = {t.id: t for t in ended if not isinstance(t, DomainError)}
    shown = dict(zip(tickets, desk.whole(actor, list(tickets.values()), at=received_at(request)), strict=True))
    return {"results": [_result(request, one, shown) for one in ended]}


def _result(request: HttpRequest, ended: Any, shown: Mapping[int, Any]) -> dict[str, Any]:
    if isinstance(ended, DomainError):
        problem = document(request, ended)
        return {"status": problem["status"], "error": problem}
    return {"status": 200, "ticket": shown[ended.id]}
