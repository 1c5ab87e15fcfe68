"""The main job by clicks alone and by keys alone: a portal form becomes an archived ticket with its article."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import Visitor, cast
from tests.support.hands import Hands, Keyboard, Pointer
from tests.support.running import Product
from tierline.plumbing import catalogue

WORDS: Mapping[str, Mapping[str, str]] = {key: both for _, key, both in catalogue.entries()}


@dataclass(frozen=True)
class Desk:
    """One engineer at the ticket's page."""

    visitor: Visitor
    hands: Hands
    language: str

    @property
    def page(self) -> Page:
        return self.visitor.page

    def said(self, key: str) -> str:
        return WORDS[key]["zh" if self.language == "zh-hans" else "en"]

    def go(self, number: str) -> None:
        self.visitor.go(f"/tickets/{number}")

    def tab(self, name: str) -> None:
        tab = self.page.locator(f"#t-{name}")
        if tab.get_attribute("aria-selected") != "true":
            self.hands.press(tab)

    def do(self, verb: str, *, tab: str = "act", pick: Mapping[str, str] | None = None, **words: str) -> None:
        """One move of the ticket's panels: open it, fill it, send it."""
        self.tab(tab)
        form = self.form(verb, tab)
        if not form.is_visible():
            self.hands.press(self.page.locator(f"#{tab} [id=move-{verb}] summary"))
        self.fill(form, pick or {}, words)
        self.send(form, verb)

    def form(self, verb: str, tab: str) -> Locator:
        return self.page.locator(f"#{tab} form[action$='/{verb}']")

    def fill(self, form: Locator, pick: Mapping[str, str], words: Mapping[str, str]) -> None:
        for name, value in pick.items():
            self.hands.choose(form.locator(f"select[name={name}]"), value)
        for name, text in words.items():
            self.hands.write(form.locator(f"[name={name}]:is(input, textarea)").first, text)

    def send(self, form: Locator, verb: str) -> None:
        with self.page.expect_navigation():
            self.hands.press(form.locator("button.btn--primary, button:not([type])").first)


@pytest.mark.parametrize(
    ("language", "make_hands"), [("zh-hans", Keyboard), ("en", Pointer)], ids=["zh by keyboard", "en by pointer"]
)
def test_the_main_job(browser: Browser, running: Product, language: str, make_hands: Callable[[Page], Hands]) -> None:
    subject = f"导出科目余额表乱码 {language}"
    with cast(browser, running.url, ("requester", "l1", "l2", "l3", "rd"), language=language) as people:
        requester, l1, l2, l3, rd = (
            Desk(people[part], make_hands(people[part].page), language)
            for part in ("requester", "l1", "l2", "l3", "rd")
        )
        number = _ask(requester, subject)
        _first_line(l1, number)
        _second_line(l2, number)
        _expert(l3, number)
        _department(rd, number)
        _end(l3, number)
        _confirm(requester, number)
        _archive(l3, number)
        assert not [trouble for somebody in people.values() for trouble in somebody.trouble]


def _ask(desk: Desk, subject: str) -> str:
    page = desk.visitor.go("/p/yunsuanpan/new")
    form = page.locator("form.nform")
    desk.hands.write(form.locator("[name=subject]"), subject)
    desk.hands.write(form.locator("[name=text]"), "导出的表格打开全是乱码，下午要给老板看。")
    desk.hands.press(form.locator("[name=harm]").first)
    with page.expect_navigation():
        desk.hands.press(form.get_by_role("button", name=desk.said("page.portal.submit")))
    found = re.search(r"TK-\d+", page.url)
    assert found is not None, page.url
    return found[0]


def _first_line(desk: Desk, number: str) -> None:
    page = desk.page
    desk.go(number)
    desk.do("prioritise", pick={"impact": "significant", "urgency": "high", "reason": "first"})
    desk.do("classify", pick={"service": "report"})
    desk.do("claim")
    desk.hands.shortcut("r", page.locator("[data-mode=reply] [data-to=reply]"))
    desk.hands.write(page.locator("#reply-text"), "您好，已收到，正在核对导出的编码。")
    with page.expect_navigation():
        desk.hands.press(page.locator("[data-mode=reply] [data-send=plain]"))
    expect(page.locator("#ticket-timeline")).to_contain_text("正在核对导出的编码")
    desk.tab("hand")
    form = desk.form("escalate", "hand")
    desk.hands.write(form.locator("[name=symptoms]"), "导出乱码")
    expect(form.locator("button.btn--primary")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(form).to_be_visible()
    _package(desk, form)
    expect(page.locator("#ticket-timeline")).to_contain_text("导出的表格是乱码")


def _package(desk: Desk, form: Locator) -> None:
    words = {"symptoms": "导出的表格是乱码", "impact": "一家客户下午要用", "question": "导出服务的编码是否改过？"}
    for name, text in words.items():
        desk.hands.write(form.locator(f"textarea[name={name}], input[name={name}]").first, text)
    for name, text in (("step", "换浏览器重新导出"), ("result", "仍然乱码"), ("evidence", "导出文件 09:10")):
        desk.hands.write(form.locator(f"[name*={name}]:is(input, textarea):visible").first, text)
    with desk.page.expect_navigation():
        desk.hands.press(form.locator("button.btn--primary"))


def _second_line(desk: Desk, number: str) -> None:
    desk.go(number)
    desk.do("accept", tab="hand")
    desk.do("task", tab="hand", department="rd", title="核对导出服务的编码设置")
    page = desk.page
    desk.hands.shortcut("n", page.locator("[data-mode=reply] [data-to=note]"))
    note = page.locator("[data-mode=note]")
    desk.hands.write(note.locator("textarea[name=text]"), "怀疑升级改了默认编码；先核对配置。")
    desk.hands.choose(note.locator("select[name=kind]"), "plan")
    with page.expect_navigation():
        desk.hands.press(note.locator("[data-send=plain]"))
    desk.tab("hand")
    _package(desk, desk.form("escalate", "hand"))


def _expert(desk: Desk, number: str) -> None:
    desk.go(number)
    desk.do("accept", tab="hand")


def _department(desk: Desk, number: str) -> None:
    page = desk.visitor.go("/tasks")
    desk.hands.press(page.locator("tr", has_text=number).locator("a[href$='/finish']"))
    page.wait_for_url("**/finish")
    desk.hands.write(page.locator("textarea[name=result]"), "编码设置已改回并发布。")
    with page.expect_navigation():
        desk.hands.press(page.locator("main form button.btn--primary"))


def _end(desk: Desk, number: str) -> None:
    desk.go(number)
    desk.do("restore", tab="close", evidence="11:20 导出正常")
    desk.do("resolve", tab="close", cause="configuration", resolution="已改回导出的编码，文件可以正常打开。")


def _confirm(desk: Desk, number: str) -> None:
    page = desk.visitor.go(f"/p/yunsuanpan/tickets/{number}")
    with page.expect_navigation():
        desk.hands.press(page.get_by_role("button", name=desk.said("page.portal.works")))


def _archive(desk: Desk, number: str) -> None:
    desk.go(number)
    desk.tab("close")
    form = desk.form("archive", "close")
    desk.hands.press(form.locator("[name=knowledge][value=deposit]"))
    desk.send(form, "archive")
    expect(desk.page.locator("main")).to_contain_text(desk.said("page.state.archived"))
