"""A key, or a page's session with its CSRF token; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from tests.support.world import World
from tierline.accounts import services as accounts
from tierline.api.tests.caller import Caller, new_ticket
from tierline.plumbing import clock

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer tl_wrong", "Basic dXNlcjpwYXNz", "Bearer \x00", "tl_wrong"])
def test_without_a_valid_key_nobody_is_answered(rows: Rows, world: World, header: str) -> None:
    before = rows()
    nobody = Caller("")
    for answer in (
        nobody.get("/tickets", Authorization=header),
        nobody.post("/tickets", new_ticket(), Authorization=header),
    ):
        assert (answer.code, answer.status) == ("unauthenticated", 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert rows() == before


def test_a_key_is_good_from_its_making_to_its_end(world: World) -> None:
    us, person = world.home.system, world.home.people["l1"].person_id
    assert person is not None
    now = clock.now()
    ended = accounts.create_key(actor=us, person_id=person, expires_at=now, at=now - timedelta(hours=1))
    lasting = accounts.create_key(actor=us, person_id=person, expires_at=now + timedelta(hours=1), at=now)
    assert Caller(ended).get("/tickets").code == "unauthenticated"
    assert Caller(lasting).get("/tickets").status == 200


def signed_in(world: World, name: str) -> Client:
    """A browser whose session the sign-in page made."""
    session = SessionStore()
    session["person"] = [world.home.provider_id, world.home.people[name].person_id]
    session.create()
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser


def test_a_page_reads_with_its_session(world: World) -> None:
    assert signed_in(world, "l1").get("/api/v1/tickets").status_code == 200


def test_a_page_writes_with_its_session_and_csrf_token_only(world: World, rows: Rows) -> None:
    browser, token = signed_in(world, "l1"), _get_new_csrf_string()
    before = rows()
    headers = {"Idempotency-Key": "page-1"}
    refused = browser.post("/api/v1/tickets", new_ticket(), content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert rows() == before
    browser.cookies[settings.CSRF_COOKIE_NAME] = token
    made = browser.post(
        "/api/v1/tickets", new_ticket(), content_type="application/json", headers={**headers, "X-CSRFToken": token}
    )
    assert made.status_code == 201


def test_a_key_needs_no_csrf_token(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert Caller(world.home.keys["l1"], browser).post("/tickets", new_ticket()).status == 201
