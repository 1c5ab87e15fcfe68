"""The session of somebody who was let in, and the page they start from."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tierline.accounts import queries as accounts
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, CLIENT, DEPARTMENT, GUEST, REQUESTER, Actor


def home_of(actor: Actor) -> str:
    if actor.role in (REQUESTER, GUEST, CLIENT):
        with tenancy.reading(actor):
            own = accounts.enterprise(actor.own_enterprise_id or 0)
        return reverse("portal_home", args=[own.slug])
    return reverse({ADMIN: "people", DEPARTMENT: "tasks"}.get(actor.role, "queue"))


def let_in(request: HttpRequest, actor: Actor) -> None:
    """A fresh session: one that was planted before signing in is worth nothing after."""
    request.session.flush()
    request.session["person"] = (actor.provider_id, actor.person_id)
