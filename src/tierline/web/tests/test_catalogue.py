"""The catalogue and its forms as a manager writes them and a requester answers them, all without script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.world import AT, World, make_world
from tierline.agreements.queries import request_forms
from tierline.desk import queries
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser, service_named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world(at=AT)


def editor(browser: Browser, service: int, act: str, **fields: str) -> str:
    path = f"/catalogue/{service}/form"
    browser.get(path)
    typed = dict(re.findall(r'<input class="input(?: mono)?" name="(f-\d+-\w+)" value="([^"]*)"', browser.page))
    typed |= dict.fromkeys(re.findall(r'name="(f-\d+-required)" value="1" checked', browser.page), "1")
    typed |= dict(re.findall(r'<textarea class="textarea mono" name="(f-\d+-options)"[^>]*>([^<]*)<', browser.page))
    return browser.submit(path, **{**typed, **fields}, do=act)


def write_form(browser: Browser, service: int) -> None:
    """系统 (a choice), and which one for other."""
    editor(browser, service, "add", kind="choice")
    system = {"f-0-key": "system", "f-0-zh": "新机系统", "f-0-en": "New system", "f-0-required": "1"}
    editor(browser, service, "save", **system, **{"f-0-options": "win | Windows\nother | 其他 | Other"})
    editor(browser, service, "add", kind="text")
    which = {"f-1-key": "which", "f-1-zh": "哪个系统", "f-1-en": "Which one", "f-1-required": "1"}
    editor(browser, service, "save", **which, **{"f-1-when": "system", "f-1-op": "is", "f-1-values": "other"})


def made_service(browser: Browser, world: World) -> int:
    browser.get("/catalogue/new")
    named = {"name_zh": "更换前置机", "name_en": "Replace a gateway", "code": "gateway", "owner_tier": "2"}
    browser.submit("/catalogue/new", enterprise=str(world.home.enterprise_id), **named)
    assert "服务已新增" in browser.page
    return service_named(world.home, "gateway")


def test_a_manager_writes_a_form_and_a_requester_fills_it_in(world: World) -> None:
    manager = Browser(world.home.people["manager"])
    service = made_service(manager, world)
    write_form(manager, service)
    assert "新机系统" in manager.page
    manager.get(f"/catalogue/{service}/form/publish")
    manager.submit(f"/catalogue/{service}/form/publish")
    assert "表单已发布" in manager.page

    asker = Browser(world.home.people["requester"])
    new = f"/p/{world.home.slug}/new"
    asker.get(new)
    words = {"subject": "前置机要换", "service": "gateway"}
    asker.submit(new, **words, step="fields")
    assert asker.status == 200
    assert "新机系统" in asker.page
    assert "哪个系统" not in asker.page
    asker.submit(new, **words, **{"a-system": "other"})
    assert asker.status == 422
    assert "哪个系统" in asker.page
    assert "请填写。" in asker.page
    asker.submit(new, **words, **{"a-system": "other", "a-which": "麒麟 V10"})
    assert asker.status == 200
    assert "麒麟 V10" in asker.page
    assert "您填写的内容" in asker.page

    number = asker.path.rsplit("/", 1)[1]
    engineer = Browser(world.home.people["l1"])
    engineer.get(f"/tickets/{number}")
    assert "麒麟 V10" in engineer.page
    assert "表单第 1 版" in engineer.page


def test_who_submits_before_the_fields_were_shown_sees_them_first(world: World) -> None:
    manager = Browser(world.home.people["manager"])
    service = made_service(manager, world)
    write_form(manager, service)
    manager.get(f"/catalogue/{service}/form/publish")
    manager.submit(f"/catalogue/{service}/form/publish")
    engineer = Browser(world.home.people["l1"])
    engineer.get("/tickets/new")
    told = {"enterprise": str(world.home.enterprise_id), "email": "a@b.example", "text": "x", "channel": "phone"}
    engineer.submit("/tickets/new", **told, service="gateway")
    assert engineer.status == 422
    assert "新机系统" in engineer.page
    with tenancy.reading(world.home.system):
        assert not queries.page(world.home.system, queries.Filter()).tickets
    engineer.submit("/tickets/new", **told, service="gateway", **{"a-system": "win"})
    assert engineer.path.startswith("/tickets/TK-")


def test_a_draft_with_faults_is_kept_and_says_where(world: World) -> None:
    manager = Browser(world.home.people["manager"])
    service = made_service(manager, world)
    page = editor(manager, service, "add", kind="choice")
    assert "还有" in page
    assert "没有填写" in page
    manager.get(f"/catalogue/{service}/form/publish")
    assert "disabled" in manager.page
    manager.submit(f"/catalogue/{service}/form/publish")
    assert manager.status == 422
    with tenancy.reading(world.home.system):
        assert request_forms.asked(service) is None


def test_two_people_do_not_overwrite_each_other(world: World) -> None:
    manager = Browser(world.home.people["manager"])
    service = made_service(manager, world)
    editor(manager, service, "add", kind="text")
    path = f"/catalogue/{service}/form"
    manager.get(path)
    stale: dict[str, Any] = manager.form(path)
    editor(manager, service, "add", kind="date")
    manager.client.post(path, {**stale, "do": "save"})
    manager.get(path)
    assert 'name="f-1-kind"' in manager.page


@pytest.mark.parametrize("who", ["l1", "auditor"])
def test_readers_see_the_catalogue_and_change_nothing(world: World, who: str) -> None:
    service = made_service(Browser(world.home.people["manager"]), world)
    reader = Browser(world.home.people[who])
    reader.get(f"/catalogue/{service}")
    assert reader.status == 200
    assert not reader.offers(f"/catalogue/{service}/retire")
    reader.get(f"/catalogue/{service}/form")
    assert reader.status == 403
