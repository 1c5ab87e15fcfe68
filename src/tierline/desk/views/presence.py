"""A colleague's open page says what its person does on the ticket; the word is passed on and kept nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tierline.desk import queries
from tierline.domain.errors import Invalid, NotAllowed
from tierline.plumbing import live, tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, Actor

_ON = ("", "reply", "note")
_PAGE_LIMIT = 40


@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR) or actor.own_enterprise_id is not None:
        raise NotAllowed(right="ticket.presence", role=actor.role)
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        state, on, page = _said(request)
        live.sight([
            live.Sighting(
                ticket.provider_id, ticket.enterprise_id, ticket.id, actor.person_id or 0, actor.name, page, state, on
            )
        ])  # fmt: skip
    return HttpResponse(status=204)


def _said(request: HttpRequest) -> tuple[str, str, str]:
    state, on, page = (request.POST.get(name, "") for name in ("state", "on", "page"))
    if state not in live.STATES:
        raise Invalid(field="state", value=state[:20], allowed=list(live.STATES))
    if on not in _ON or not page.isascii() or not page.isalnum() or len(page) > _PAGE_LIMIT:
        raise Invalid(field="page", value="not ours")
    return state, on, page
