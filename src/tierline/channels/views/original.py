"""A mail on its ticket as its sender made it: in a frame that runs nothing and fetches nothing, and as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tierline.channels import queries, services
from tierline.channels.queries import Kept
from tierline.desk import queries as desk
from tierline.plumbing import tenancy
from tierline.plumbing.actor import GUEST, REQUESTER, Actor

# The document has an origin of its own, runs nothing and sends nothing; only pictures may come from elsewhere,
# and these only where somebody asked for them.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_OWN, _ALL = "data:", "data: https: http:"


@require_safe
@xframe_options_sameorigin
def frame(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    kept = _kept(request, number, seq)
    return _shown(queries.document(kept), _OWN)


@require_POST
@xframe_options_sameorigin
def pictures(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """The same with its remote pictures. That they were fetched is recorded: the sender learns of it."""
    kept = _kept(request, number, seq)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    services.note_pictures(actor=actor, delivery_id=kept.delivery_id, at=at)
    return _shown(queries.document(kept, pictures=True), _ALL)


@require_safe
def original(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """The message as it came, to be saved; by right, and recorded."""
    kept = _kept(request, number, seq)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at: Any = request.received_at  # type: ignore[attr-defined]
    body = services.take_original(actor=actor, delivery_id=kept.delivery_id, at=at)
    response = HttpResponse(body, content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="{kept.number}-{seq}.eml"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kept(request: HttpRequest, number: str, seq: int) -> Kept:
    """Of the tickets and words that the reader may see. Requesters see theirs in the portal."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role in (REQUESTER, GUEST):
        raise Http404
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        is_seen = any(e.seq == seq and e.type in ("opened", "customer_message") for e in desk.events(actor, ticket))
        found = queries.kept_mail(ticket.id, seq) if is_seen else None
    if found is None:
        raise Http404
    return Kept(found.delivery_id, ticket.number, found.sha256)


def _shown(body: str, images: str) -> HttpResponse:
    response = HttpResponse(body or gettext("page.mail.no_original"))
    response.headers["Content-Security-Policy"] = _POLICY.format(images=images)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
