"""Letters that cannot act: each says why, and what opens the way is one press away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Visitor, visitor
from tests.support.running import Product


@pytest.fixture
def l1(browser: Browser, running: Product) -> Iterator[Visitor]:
    with visitor(browser, running.url) as somebody:
        somebody.enter("l1")
        somebody.prefers(language="zh-hans", theme="light")
        yield somebody


def test_escalating_an_unclaimed_ticket_says_why_and_offers_to_take_it(l1: Visitor, running: Product) -> None:
    body = {"text": "报表导出没有反应", "requester": {"email": "zhou.min@qinghe.example"}}
    page = l1.go(f"/tickets/{running.person('l1').post('/tickets', body)['number']}")
    page.keyboard.press("e")
    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text("还没有人受理")
    with page.expect_navigation():
        toast.get_by_role("button", name="我来受理").click()
    expect(page.locator("#ticket-left")).to_contain_text("林晓彤")
    page.keyboard.press("e")
    expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(page.locator("#hand")).to_be_visible()
    assert not l1.trouble


def test_undoing_nothing_says_so(l1: Visitor) -> None:
    page = l1.go("/queue")
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast")).to_contain_text("没有可以撤销的")
