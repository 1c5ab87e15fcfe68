"""Every page, in both languages and themes, at four widths: nothing inaccessible, nothing broken, nothing foreign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES, Shown
from tests.support.browser import HEIGHT, LANGUAGES, THEMES, WIDTHS, Visitor, visitor, widest
from tests.support.running import Product

_SAYS_NOTHING = {"/no-such-page"}  # the browser reports the 404 that we asked for


@pytest.fixture(scope="package")
def visitors(browser: Browser, running: Product) -> Iterator[dict[str | None, Visitor]]:
    """One of each part, signed in once."""
    with ExitStack() as opened:
        found: dict[str | None, Visitor] = {}
        for part in dict.fromkeys(page.who for page in PAGES):
            found[part] = opened.enter_context(visitor(browser, running.url))
            if part is not None:
                found[part].enter(part)
        yield found


@pytest.mark.parametrize("shown", PAGES, ids=lambda page: page.name)
def test_a_page_is_sound(
    shown: Shown, visitors: Mapping[str | None, Visitor], found: Mapping[str, str], running: Product
) -> None:
    somebody = visitors[shown.who]
    somebody.trouble.clear()
    faults: list[str] = []
    for language in LANGUAGES:
        for theme in THEMES:
            somebody.prefers(language=language, theme=theme)
            page = somebody.go(shown.path.format_map(found))
            faults += [f"{language} {theme}: {fault}" for fault in inaccessible(page)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if (more := widest(page)) > 0:
                faults.append(f"{language} {width} px: {more} px too wide")
        page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    trouble = [] if shown.path in _SAYS_NOTHING else somebody.trouble
    assert not sorted({*faults, *trouble})


def inaccessible(page: Page) -> list[str]:
    """axe's violations: rule and the first places."""
    result: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{v['id']}: {', '.join(str(node['target'][0]) for node in v['nodes'][:3])} ({len(v['nodes'])})"
        for v in result["violations"]
    ]
