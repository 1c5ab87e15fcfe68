"""Markdown from people stands on a page without being able to do anything there."""

import pytest

from tierline.plumbing.markup import render

HARMLESS = [
    ("a script stays text", "<script>alert(1)</script>", "<script"),
    ("an address that runs is no link", "[x](javascript:alert(1))", "href"),
    ("nor one in capitals", "[x](JaVaScRiPt:alert(1))", "href"),
    ("nor data", "[x](data:text/html,x)", 'href="data'),
    ("a picture asks nothing of another host", "![x](https://elsewhere.example/p.png)", "<img"),
    ("raw markup stays text", '<b onclick="x">x</b>', "<b "),
    ("a frame stays text", '<iframe src="https://elsewhere.example"></iframe>', "<iframe"),
]


@pytest.mark.parametrize(("text", "never"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_what_could_run_does_not(text: str, never: str) -> None:
    assert never not in render(text)


KEPT = [
    ("a heading is below the page's own", "# 现象", "<h2>现象</h2>"),
    ("however deep it begins", "### 现象", "<h2>现象</h2>"),
    ("deeper ones stay below it", "## a\n\n### b", "<h3>b</h3>"),
    ("and end at five", "# a\n\n###### b", "<h5>b</h5>"),
    ("steps are a list", "1. 一\n2. 二", "<li>二</li>"),
    ("a table is a table", "|a|b|\n|-|-|\n|1|2|", "<td>2</td>"),
    ("a link goes out without telling", "[x](https://e.example)", 'rel="noopener noreferrer nofollow"'),
    ("code stays code", "`F3302`", "<code>F3302</code>"),
]


@pytest.mark.parametrize(("text", "shown"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_people_write_is_shown(text: str, shown: str) -> None:
    assert shown in render(text)
