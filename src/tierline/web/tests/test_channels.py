"""The channels' pages as a browser without script meets them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.receiver import Receiver, receiving, run_jobs
from tests.support.world import Place, make_place, make_provider
from tierline.channels import services as mail
from tierline.desk.tests.builders import make_ticket
from tierline.hooks import services as hooks
from tierline.hooks.services import Wish
from tierline.plumbing import clock
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)
RAW_KEY = re.compile(r"page\.[a-z_]+\.[a-z_]+")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTWARD_LOOPBACK = True
    with receiving() as listening:
        yield listening


@pytest.fixture
def place(db: None, tmp_path: Any, settings: Any) -> Place:
    settings.MAIL = {**settings.MAIL, "host": "", "outbox": tmp_path / "outbox"}
    at = clock.now() - timedelta(hours=1)
    return make_place(make_provider("provider", at=at), "home", staff=("l1", "manager", "admin", "auditor"), at=at)


@pytest.fixture
def mailbox(place: Place) -> int:
    boss = place.people["manager"]
    return mail.add_mailbox(
        actor=boss, enterprise_id=place.enterprise_id, address="support@home.example", at=clock.now()
    )


def words_are_there(page: str) -> None:
    assert not RAW_KEY.search(re.sub(r'(src|href|action)="[^"]*"', "", page)), RAW_KEY.search(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(place: Place, mailbox: int, receiver: Receiver, language: str) -> None:
    row = hooks.subscribe(
        actor=place.people["manager"], enterprise_id=place.enterprise_id, wish=Wish(receiver.url), at=clock.now()
    )
    make_ticket(place, at=clock.now())
    run_jobs()
    browser = Browser(place.people["manager"])
    browser.client.cookies["tierline_lang"] = language
    for path in (
        "/channels",
        "/channels/mailboxes/new",
        f"/channels/mailboxes/{mailbox}",
        f"/channels/mailboxes/{mailbox}/edit",
        "/channels/webhooks/new",
        f"/channels/webhooks/{row.id}",
        f"/channels/webhooks/{row.id}/edit",
    ):
        words_are_there(browser.get(path))
        assert browser.status == 200, path


def test_a_webhook_is_made_tried_read_paused_sent_again_and_removed(place: Place, receiver: Receiver) -> None:
    browser = Browser(place.people["manager"])
    new = "/channels/webhooks/new"
    browser.get(new)
    told = {"enterprise": place.enterprise_id, "url": receiver.url, "label": "看板", "types": ["ticket.opened"]}
    page = browser.submit(new, **told)
    key = re.search(r"whsec_[\w-]{30,}", page)
    assert key
    path = re.search(r"/channels/webhooks/\d+(?=/test)", page)[0]  # type: ignore[index]
    assert key[0] not in browser.get(path)
    run_jobs()
    make_ticket(place, at=clock.now())
    browser.submit(f"{path}/test")
    run_jobs()
    log = browser.get(path)
    shown = re.findall(r"\?show=(\d+)", log)
    assert len(shown) == 2
    body = browser.get(f"{path}?show={shown[0]}")
    assert "tierline-delivery" in body and "204" in body
    browser.submit(f"{path}/deliveries/{shown[0]}")
    run_jobs()
    assert len(receiver.calls) == 3
    browser.get(path)
    for verb in ("pause", "resume"):
        browser.submit(f"{path}/{verb}")
    browser.submit(f"{path}/replay", since="2020-01-01T00:00", until="2099-01-01T00:00")
    run_jobs()
    assert len(receiver.calls) == 4
    assert re.search(r"whsec_[\w-]{30,}", browser.submit(f"{path}/secret"))
    browser.submit(f"{path}/remove")
    assert "看板" not in browser.get("/channels")


def test_what_cannot_be_is_said_at_its_field(place: Place) -> None:
    browser = Browser(place.people["manager"])
    told = {
        "/channels/webhooks/new": {"url": "https://169.254.169.254/latest"},
        "/channels/mailboxes/new": {"address": "a@b.example", "intake": "imap", "host": "imap.b.example"},
    }
    for path, fields in told.items():
        browser.get(path)
        assert 'class="err"' in browser.submit(path, enterprise=place.enterprise_id, **fields)
        assert browser.status == 422


def test_a_mailbox_is_added_changed_and_paused(place: Place) -> None:
    browser = Browser(place.people["manager"])
    told = {
        "intake": "imap", "host": "imap.home.example",
        "port": "993", "tls": "tls", "auth": "password", "login": "neu", "password": "geheim-genug", "after": "seen",
    }  # fmt: skip
    browser.get("/channels/mailboxes/new")
    where = {"enterprise": place.enterprise_id, "address": "neu@home.example"}
    page = browser.submit("/channels/mailboxes/new", **where, **told)
    assert browser.status == 200, re.findall(r'class="err".*?</p>', page)
    path = re.search(r"/channels/mailboxes/\d+(?=/test)", page)[0]  # type: ignore[index]
    edit = browser.get(f"{path}/edit")
    assert "geheim-genug" not in edit and "imap.home.example" in edit
    stale = browser.form(f"{path}/edit")["version"]
    changed = {**told, "host": "mail.home.example", "password": ""}
    assert "mail.home.example" in browser.submit(f"{path}/edit", **changed)
    browser.get(f"{path}/edit")
    browser.submit(f"{path}/edit", **{**changed, "version": stale})
    assert browser.status == 422
    browser.get(path)
    browser.submit(f"{path}/pause")
    assert browser.offers(f"{path}/resume")


def test_a_key_is_shown_once_and_taken_back(place: Place) -> None:
    browser = Browser(place.people["manager"])
    browser.get("/channels")
    assert re.search(r"tl_[\w-]{40,}", browser.submit("/channels/keys", label="ERP-07"))
    listed = browser.get("/channels")
    assert "ERP-07" in listed and not re.search(r"tl_[\w-]{40,}", listed)
    for number in re.findall(r"/channels/keys/(\d+)/revoke", listed):
        browser.submit(f"/channels/keys/{number}/revoke")
    assert "ERP-07" not in browser.get("/channels")


def test_who_does_not_administer_is_told_so(place: Place, mailbox: int) -> None:
    for name in ("l1", "department"):
        browser = Browser(place.people[name])
        browser.get("/channels")
        assert browser.status == 403, name
    auditor = Browser(place.people["auditor"])
    auditor.get(f"/channels/mailboxes/{mailbox}")
    assert auditor.status == 200 and not auditor.offers(f"/channels/mailboxes/{mailbox}/pause")
    auditor.get("/channels/webhooks/new")
    assert auditor.status == 403
    at = clock.now() - timedelta(hours=1)
    stranger = make_place(make_provider("elsewhere", at=at), "abroad", staff=("manager",), at=at).people["manager"]
    browser = Browser(stranger)
    browser.get(f"/channels/mailboxes/{mailbox}")
    assert browser.status in (403, 404)
