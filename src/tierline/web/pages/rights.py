"""A refusal that leads somewhere: asking for the right with a reason, and answering those who asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from tierline.accounts import services
from tierline.domain.errors import DomainError
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of
from tierline.web import refusals


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    right, page, reason = (request.POST.get(name, "") for name in ("right", "page", "reason"))
    at = request.received_at  # type: ignore[attr-defined]
    shown: dict[str, Any] = {"right": right[:60], "page": page[:300], "reason": reason}
    try:
        services.ask_for_right(actor=actor, right=right[:60], page=page[:300], reason=reason, at=at)
    except DomainError as refused:
        asked = refusals.denied(actor, right[:60])
        return render(request, "web/right.html", {**shown, **asked, "refused": refused}, status=status_of(refused))
    return render(request, "web/right.html", {**shown, **refusals.denied(actor, right[:60])}, status=201)


@require_POST
def settle(request: HttpRequest, request_id: int) -> HttpResponse:
    services.settle_right_request(
        actor=request.actor,  # type: ignore[attr-defined]
        request_id=request_id,
        granted=request.POST.get("answer") == "grant",
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(f"{reverse('people')}#rights")
