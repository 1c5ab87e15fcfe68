"""Keys of programs: made for oneself, shown once, taken back."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tierline.accounts import services
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.web.pages.channels.listing import overview, require_sight

LIVES = timedelta(days=365)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_sight(actor)
    at = request.received_at  # type: ignore[attr-defined]
    assert actor.person_id is not None
    label = clean(request.POST.get("label", ""), field="label", limit=100)
    key = services.create_key(actor=actor, person_id=actor.person_id, label=label, expires_at=at + LIVES, at=at)
    return overview(request, new_key=key, new_label=label)


@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_sight(actor)
    services.revoke_key(actor=actor, key_id=key_id, at=request.received_at)  # type: ignore[attr-defined]
    return redirect("channels")
