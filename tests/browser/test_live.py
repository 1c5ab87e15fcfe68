"""What changes while a page is open: others' acts, drafts, undo, input methods, and no script at all."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Browser, expect

from tests.support.browser import cast, visitor
from tests.support.running import Person, Product

COMPOSE = """e => {
    e.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}))
    e.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, isComposing: true, keyCode: 229}))
    e.dispatchEvent(new KeyboardEvent('keydown', {key: 'c', bubbles: true, isComposing: true, keyCode: 229}))
}"""


def test_anothers_act_shows_without_reload(browser: Browser, running: Product, found: Mapping[str, str]) -> None:
    with cast(browser, running.url, ("l1",)) as people:
        page = people["l1"].go(f"/tickets/{found['ticket']}")
        page.evaluate("window.sameDocument = true")
        l2 = running.person("l2")
        ticket = next(t for t in l2.get("/tickets", q="招商银行")["tickets"] if t["number"] == found["ticket"])
        l2.do(ticket, "notes", text="备用线路再次确认可用。")
        expect(page.locator("#ticket-timeline")).to_contain_text("备用线路再次确认可用。")
        assert page.evaluate("window.sameDocument"), "the page was loaded anew"


def test_a_draft_survives_a_reload(browser: Browser, running: Product, found: Mapping[str, str]) -> None:
    with cast(browser, running.url, ("l1",)) as people:
        page = people["l1"].go(f"/tickets/{found['fresh']}")
        page.locator("#reply-text").fill("写到一半的回复")
        expect(page.locator("[data-mode=reply] [data-draft-note]")).not_to_be_empty()
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("写到一半的回复")


def test_an_input_method_silences_shortcuts(browser: Browser, running: Product) -> None:
    with cast(browser, running.url, ("l1",)) as people:
        page = people["l1"].go("/queue")
        page.locator("body").evaluate(COMPOSE)
        assert page.url.endswith("/queue")
        expect(page.locator("#keysheet")).to_be_hidden()
        page.locator("body").evaluate("e => e.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}))")
        page.keyboard.press("?")
        expect(page.locator("#keysheet")).to_be_visible()


def test_an_act_in_the_queue_can_be_undone(browser: Browser, running: Product, found: Mapping[str, str]) -> None:
    with cast(browser, running.url, ("l1",)) as people:
        l1 = running.person("l1")
        page = people["l1"].go("/queue")
        row = page.locator(f"[role=row][data-number={found['fresh']}]")
        row.locator("input[name=seen]").check()
        page.keyboard.press("a")
        page.locator("form[data-act=assign] button.btn--primary").click()
        undo = page.locator("[data-undo-now]")
        expect(undo).to_be_visible()
        assert _state(l1, found["fresh"]) == "open"
        with page.expect_response("**/queue/undo"):
            undo.click()
        expect(row).to_be_visible()
        assert _state(l1, found["fresh"]) == "new"


def _state(l1: Person, number: str) -> str:
    rows = l1.get("/tickets", limit=100)["tickets"]
    return str(next(ticket["state"] for ticket in rows if ticket["number"] == number))


def test_the_portal_works_without_scripts(browser: Browser, running: Product) -> None:
    with visitor(browser, running.url, java_script_enabled=False, width=390) as somebody:
        somebody.enter("requester")
        page = somebody.go("/p/yunsuanpan/new")
        page.locator("[name=subject]").fill("没有脚本也能提问")
        page.locator("[name=text]").fill("公司电脑禁用了脚本。")
        page.locator("[name=harm]").first.check()
        page.locator("form.nform button.btn--primary").click()
        expect(page.locator("h1")).to_have_text("没有脚本也能提问")
        page.locator("form.reply textarea").fill("再补充一句。")
        page.locator("form.reply button.btn--primary").click()
        expect(page.locator("#ticket-timeline")).to_contain_text("再补充一句。")
        assert not somebody.trouble
