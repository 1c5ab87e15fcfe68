"""Whose portal is it, and is the person one of its own?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Portal
from tierline.domain.errors import NotAllowed, NotFound
from tierline.plumbing.actor import CLIENT, DEPARTMENT, GUEST, REQUESTER, Actor

_PEOPLE = (REQUESTER, GUEST, DEPARTMENT, CLIENT)


def of_portal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Resolves the enterprise of the path, and asks that the person be one of its own."""

    @wraps(view)
    def checked(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        portal = portal_of(request, slug)
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None:
            target = reverse("portal_sign_in", args=[slug])
            return redirect(f"{target}?{urlencode({'next': request.get_full_path()})}")
        if actor.own_enterprise_id is None and portal.enterprise_id in actor.enterprises:
            raise NotAllowed(right="portal.use", role=actor.role)
        if actor.own_enterprise_id != portal.enterprise_id:
            raise NotFound(what="page")
        if actor.role not in _PEOPLE:
            raise NotAllowed(right="portal.use", role=actor.role)
        request.portal = portal  # type: ignore[attr-defined]
        return view(request, portal, **kwargs)

    return checked


def portal_of(request: HttpRequest, slug: str) -> Portal:
    """Raises NotFound; under an enterprise's own domain there are no other enterprises."""
    here: Portal | None = request.portal  # type: ignore[attr-defined]
    portal = accounts.portal(slug=slug)
    if portal is None or (here is not None and here.enterprise_id != portal.enterprise_id):
        raise NotFound(what="page")
    return portal
