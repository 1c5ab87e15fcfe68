"""The product in front of eyes: Debian's Chromium, visitors who sign in by the page, and what they must never meet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

LANGUAGES = ("zh-hans", "en")
THEMES = ("light", "dark")
WIDTHS = (390, 768, 1024, 1440)
HEIGHT = 900
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """Where Chromium is. A lone clone without it skips, visibly; under ``CI=true`` its absence fails the test."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    missing = "chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = executable()
    # Chromium has no sandbox for root, and small containers have a small /dev/shm.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=[*flags, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One person in a browser of their own. ``trouble`` collects what no page may cause."""

    context: BrowserContext
    page: Page
    url: str
    trouble: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page

    def enter(self, part: str) -> Page:
        """Through the sign-in page, by the demo's button of that part."""
        self.go("/signin")
        self.page.locator(f"button[name=part][value={part}]").click()
        self.page.wait_for_url(lambda url: "/signin" not in url)
        return self.page

    def prefers(self, *, language: str = "zh-hans", theme: str = "light") -> None:
        """What the two switches of every page remember."""
        values = {"tierline_lang": language, "tierline_theme": theme}
        self.context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in values.items()])

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.trouble.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:", "about:")):
            self.trouble.append(f"foreign request: {request.url}")

    def _broken(self, error: Any) -> None:
        self.trouble.append(f"script: {error}")

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("request", self._request)
        self.page.on("pageerror", self._broken)


@contextmanager
def visitor(
    browser: Browser, url: str, *, language: str = "zh-hans", theme: str = "light", width: int = 1440, **options: Any
) -> Iterator[Visitor]:
    """``options`` go to the browser context, such as ``java_script_enabled``."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(30_000)  # never waited for on a free machine
    somebody = Visitor(context, context.new_page(), url)
    somebody.watch()
    somebody.prefers(language=language, theme=theme)
    try:
        yield somebody
    finally:
        context.close()


@contextmanager
def cast(browser: Browser, url: str, parts: tuple[str, ...], **look: Any) -> Iterator[Mapping[str, Visitor]]:
    """Several people at once, each signed in by the page in a browser of their own."""
    with visitor(browser, url, **look) as first:
        if len(parts) == 1:
            first.enter(parts[0])
            yield {parts[0]: first}
            return
        first.enter(parts[0])
        with cast(browser, url, parts[1:], **look) as others:
            yield {parts[0]: first, **others}


def widest(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
