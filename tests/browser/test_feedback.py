"""Fifty texts that customers wrote, through the portal's form as they would be typed."""

from __future__ import annotations

import csv

from playwright.sync_api import Browser, expect

from tests.support.browser import cast
from tests.support.running import Product
from tests.support.shared_data import shared_data

TEXTS = 50


def feedback() -> list[str]:
    with shared_data("zh_feedback_sentiment", "waimai_10k_part.csv").open(encoding="utf-8") as file:
        return [row["review"] for row, _ in zip(csv.DictReader(file), range(TEXTS), strict=False)]


def test_every_text_becomes_a_ticket_as_it_was_written(browser: Browser, running: Product) -> None:
    texts = feedback()
    with cast(browser, running.url, ("requester",), width=390) as people:
        for text in texts:
            page = people["requester"].go("/p/yunsuanpan/new")
            page.locator("[name=subject]").fill(" ".join(text.split())[:40])
            page.locator("[name=text]").fill(text)
            page.locator("form.nform [name=harm]").last.check()
            page.locator("form.nform button.btn--primary").click()
            expect(page.locator("#ticket-timeline")).to_contain_text(" ".join(text.split()))
        assert not people["requester"].trouble
