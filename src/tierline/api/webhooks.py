"""Outgoing web hooks: addresses that are told of an enterprise's tickets, and what went there."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierline.api import paging, schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.tags import PreconditionFailed, require_match, show
from tierline.api.tickets.find import Enterprises
from tierline.api.values import Body, Id, Instant, Named, Word, codes, storable
from tierline.api.writes import write
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.domain.hooks import TYPES
from tierline.hooks import queries, services
from tierline.hooks.services import Wish
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

router = Router(tags=["webhooks"])
Text = Annotated[str, Field(max_length=200), AfterValidator(storable)]
Json = dict[str, Any]


class Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enterprise: Text = ""
    cursor: Text = ""
    limit: int = Field(50, ge=1, le=200)


class ListedDeliveries(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Text = Field("", json_schema_extra=codes("", *queries.STATES))
    cursor: Text = ""
    limit: int = Field(50, ge=1, le=200)


class NewWebhook(Body):
    """``types`` empty: all. ``internal``: also what the customer's side never sees. ``words``: what people wrote."""

    url: Word
    label: Word = ""
    types: list[Word] = Field([], json_schema_extra={"items": {"type": "string", "enum": list(TYPES)}})
    internal: bool = False
    words: bool = False
    enterprise: Named | None = None


class ChangedWebhook(Body):
    """What is left out stays as it is. ``version``: the one the caller was looking at."""

    version: Id
    url: Word | None = None
    label: Word | None = None
    types: list[Word] | None = None
    internal: bool | None = None
    words: bool | None = None


class Nothing(Body): ...


class Span(Body):
    """Events recorded in [since, until)."""

    since: Instant
    until: Instant


@router.get("", response=schemas.Webhooks, summary="List webhooks")
def list_webhooks(request: HttpRequest, asked: Query[Listed]) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    with tenancy.reading(actor):
        place = _enterprise(actor, asked.enterprise) if asked.enterprise else None
        after = paging.number(asked.cursor)
        found = queries.subscriptions(actor, enterprise_id=place, after=after, limit=asked.limit + 1)
        rows, more = paging.cut(found, asked.limit)
        figures = queries.figures((r.id for r in rows), at=at)
        shown = [_shown(r, figures[r.id]) for r in rows]
    return show(request, {"webhooks": shown, "next_cursor": str(rows[-1].id) if more else None})


@router.post("", response={201: schemas.WebhookWithSecret}, summary="Have an address told of tickets")
def subscribe(request: HttpRequest, body: NewWebhook) -> HttpResponse:
    """``secret`` is shown in this answer alone: it signs every call."""
    actor, at = actor_of(request), received_at(request)
    enterprise_id = Enterprises(actor, [body.enterprise]).find(body.enterprise)
    wish = Wish(body.url, body.label, tuple(body.types), body.internal, body.words)
    return write(
        request,
        lambda: services.subscribe(actor=actor, enterprise_id=enterprise_id, wish=wish, at=at),
        lambda made: {**_shown(made, queries.Figures()), "secret": queries.secret(made)},
        content=request.body,
        status=201,
    )


@router.get("/{webhook}", response=schemas.Webhook, summary="One webhook")
def read_webhook(request: HttpRequest, webhook: Path[Id]) -> HttpResponse:
    actor = actor_of(request)
    with tenancy.reading(actor):
        row = queries.subscription(actor, webhook)
        shown = _shown(row, queries.figures([row.id], at=received_at(request))[row.id])
    return show(request, shown, version=row.version)


@router.patch("/{webhook}", response=schemas.Webhook, summary="Change where it goes and what it is told")
def change(request: HttpRequest, webhook: Path[Id], body: ChangedWebhook) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    is_conditional = require_match(request, body.version)
    with tenancy.reading(actor):
        row = queries.subscription(actor, webhook)
    wish = Wish(
        row.url if body.url is None else body.url,
        row.label if body.label is None else body.label,
        tuple(row.types if body.types is None else body.types),
        row.is_internal if body.internal is None else body.internal,
        row.with_words if body.words is None else body.words,
    )
    try:
        return write(
            request,
            lambda: services.change(actor=actor, subscription_id=webhook, seen_version=body.version, wish=wish, at=at),
            _plain(request),
            content=request.body,
        )
    except StaleVersion as stale:
        if is_conditional:
            raise PreconditionFailed(**stale.facts) from stale
        raise


@router.delete("/{webhook}", response={200: schemas.Removed}, summary="Tell it no more")
def remove(request: HttpRequest, webhook: Path[Id]) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    return write(
        request,
        lambda: services.unsubscribe(actor=actor, subscription_id=webhook, at=at),
        lambda _: {"removed": webhook},
        content=request.body,
    )


@router.post("/{webhook}/pause", response=schemas.Webhook, summary="Send nothing for now; what happens waits")
def pause(request: HttpRequest, webhook: Path[Id], body: Nothing) -> HttpResponse:
    return _do(request, webhook, services.pause)


@router.post("/{webhook}/resume", response=schemas.Webhook, summary="Go on, with what waited first")
def resume(request: HttpRequest, webhook: Path[Id], body: Nothing) -> HttpResponse:
    return _do(request, webhook, services.resume)


@router.post("/{webhook}/secret", response=schemas.WebhookWithSecret, summary="A new signing key")
def rotate(request: HttpRequest, webhook: Path[Id], body: Nothing) -> HttpResponse:
    """The old one signs beside it for 24 hours."""
    actor, at = actor_of(request), received_at(request)
    return write(
        request,
        lambda: services.rotate(actor=actor, subscription_id=webhook, at=at),
        lambda made: {**_plain(request)(made), "secret": queries.secret(made)},
        content=request.body,
    )


@router.post("/{webhook}/test", response={202: schemas.Delivery}, summary="Send a trial now")
def test(request: HttpRequest, webhook: Path[Id], body: Nothing) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    return write(
        request,
        lambda: services.try_now(actor=actor, subscription_id=webhook, at=at),
        _delivery,
        content=request.body,
        status=202,
    )


@router.post("/{webhook}/replay", response={202: schemas.Replayed}, summary="Send the events of a span again")
def replay(request: HttpRequest, webhook: Path[Id], body: Span) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    return write(
        request,
        lambda: services.replay(actor=actor, subscription_id=webhook, since=body.since, until=body.until, at=at),
        lambda count: {"deliveries": count},
        content=request.body,
        status=202,
    )


@router.get("/{webhook}/deliveries", response=schemas.Deliveries, summary="What went there, the latest first")
def list_deliveries(request: HttpRequest, webhook: Path[Id], asked: Query[ListedDeliveries]) -> HttpResponse:
    actor = actor_of(request)
    if asked.state and asked.state not in queries.STATES:
        raise Invalid(field="state", value=asked.state, allowed=list(queries.STATES))
    with tenancy.reading(actor):
        before = paging.number(asked.cursor)
        found = queries.deliveries(actor, webhook, state=asked.state, before=before, limit=asked.limit + 1)
    rows, more = paging.cut(found, asked.limit)
    shown = [_delivery(r) for r in rows]
    return show(request, {"deliveries": shown, "next_cursor": str(rows[-1].id) if more else None})


@router.get("/{webhook}/deliveries/{delivery}", response=schemas.Delivery, summary="One delivery with its tries")
def read_delivery(request: HttpRequest, webhook: Path[Id], delivery: Path[Id]) -> HttpResponse:
    actor = actor_of(request)
    with tenancy.reading(actor):
        return show(request, _delivery(_of(actor, webhook, delivery)))


@router.post("/{webhook}/deliveries/{delivery}/redeliver", response={202: schemas.Delivery}, summary="Send it again")
def redeliver(request: HttpRequest, webhook: Path[Id], delivery: Path[Id], body: Nothing) -> HttpResponse:
    """The same event under the same delivery id."""
    actor, at = actor_of(request), received_at(request)
    with tenancy.reading(actor):
        _of(actor, webhook, delivery)
    return write(
        request,
        lambda: services.repeat(actor=actor, delivery_id=delivery, at=at),
        _delivery,
        content=request.body,
        status=202,
    )


def _do(request: HttpRequest, webhook: int, service: Any) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    return write(
        request,
        lambda: service(actor=actor, subscription_id=webhook, at=at),
        _plain(request),
        content=request.body,
    )


def _of(actor: Actor, webhook: int, delivery: int) -> Any:
    found = queries.delivery(actor, delivery)
    if found.subscription_id != webhook:
        raise NotFound(what="delivery", value=delivery)
    return found


def _enterprise(actor: Actor, name: str) -> int:
    found = Enterprises(actor, [name]).find(int(name) if name.isascii() and name.isdecimal() else name)
    if found not in actor.enterprises:
        raise NotFound(what="enterprise", value=name)
    return found


def _plain(request: HttpRequest) -> Any:
    return lambda row: _shown(row, queries.figures([row.id], at=received_at(request))[row.id])


def _shown(row: Any, figures: queries.Figures) -> Json:
    return {
        "id": row.id,
        "enterprise": row.enterprise_id,
        "label": row.label,
        "url": row.url,
        "types": list(row.types),
        "internal": row.is_internal,
        "words": row.with_words,
        "state": row.state,
        "pause": row.pause or None,
        "version": row.version,
        "created_at": row.created_at,
        "failing_since": row.failing_since,
        "last_24_hours": {"sent": figures.sent, "failed": figures.failed},
        "waiting": figures.waiting,
    }


def _delivery(row: Any) -> Json:
    return {
        "id": row.id,
        "key": str(row.key),
        "type": row.type,
        "ticket": row.ticket_id,
        "seq": row.seq,
        "state": row.state,
        "at": row.at,
        "due_at": row.due_at if row.state == "queued" else None,
        "ended_at": row.ended_at,
        "attempts": row.attempts,
        "status": row.status,
        "milliseconds": row.milliseconds,
        "why": row.why or None,
        "excerpt": row.excerpt or None,
        "tries": list(row.tries),
    }
