"""No page is forgotten: each route is in the table, or left out for a reason that somebody wrote down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from tests.browser.pages import EXCLUDED, PAGES


def routes() -> list[str]:
    def walk(patterns: Any, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, path)
            else:
                yield path

    return [r for r in dict.fromkeys(walk(get_resolver().url_patterns)) if not r.startswith("api/")]


def shown() -> set[str]:
    """The route of each of the table's pages: a slot or a name stands for one part of a path."""
    found = set()
    for page in PAGES:
        path = re.sub(r"\{\w+\}", "1", page.path.partition("?")[0])[1:]
        found |= {next((r for r in routes() if re.fullmatch(_shape(r), path)), "")}
    return found


def _shape(route: str) -> str:
    return "[^/]+".join(map(re.escape, re.split(r"<[^>]+>", route)))


def test_every_route_is_shown_or_left_out_for_a_reason() -> None:
    there = set(routes())
    assert not sorted(there - shown() - set(EXCLUDED)), "add them to tests/browser/pages.py"


def test_the_table_names_no_route_that_is_gone() -> None:
    assert not sorted(set(EXCLUDED) - set(routes()))
