"""Markup: what is safe stays, what runs or fetches goes, and what it says becomes lines."""

import pytest

from tierline.channels.types.email.html import MAX_NESTING, lines_of_clean, lines_of_trap, sanitised

SAFE = [
    ("a script goes with its words", "a<script>alert(1)</script>b", "ab"),
    ("a style sheet goes with its words", "a<style>p{}</style>b", "ab"),
    ("the document's title is no text", "<title>New Page</title>b", "b"),
    ("event handlers go", '<p onclick="x()">a</p>', "<p>a</p>"),
    ("a script address goes", '<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ("a data address goes", '<img src="data:text/html,x" alt="a">', '<img alt="a">'),
    ("a remote picture is only named", '<img src="https://x/y.png">', '<img data-remote-src="https://x/y.png">'),
    ("so is one with a tricky text", '<img alt=">" src="http://x/">', '<img alt="&gt;" data-remote-src="http://x/">'),
    ("a picture of the message stays", '<img src="cid:pic@x">', '<img src="cid:pic@x">'),
    ("a background is not fetched", '<p style="color:red;background:url(x)">a</p>', '<p style="color:red">a</p>'),
    ("a frame goes", '<iframe src="http://x"></iframe>a', "a"),
    ("a form goes and its words stay", "<form><input name=a>b</form>", "b"),
    ("conditional comments go", "<!--[if mso]>x<![endif]-->a", "a"),
    ("words that look like markup stay words", 'a src="http://x" &lt;img&gt;', 'a src="http://x" &lt;img&gt;'),
]  # fmt: skip


@pytest.mark.parametrize(("html", "safe"), [row[1:] for row in SAFE], ids=[row[0] for row in SAFE])
def test_sanitised(html: str, safe: str) -> None:
    assert sanitised(html) == safe


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * (MAX_NESTING + 1),
        "<p>" + "".join(f"<b x={i}>" for i in range(500)) + "</p>" + "<p>y</p>" * 500,
        "<br>" * 100_000,
        "x" * 2_000_000,
    ],
    ids=["nesting", "reopening", "tags", "size"],
)
def test_a_trap_is_not_sanitised(html: str) -> None:
    assert sanitised(html) == ""


LINES = [
    ("paragraphs are parted by a blank line", "<p>a</p><p>b</p>", ["a", "", "b", ""]),
    ("divisions are lines", "<div>a</div><div>b</div>", ["a", "b"]),
    ("breaks are lines", "a<br>b<br><br>c", ["a", "b", "", "c"]),
    ("blanks collapse", "a \n  b&nbsp;&nbsp;c", ["a b c"]),
    ("preformatted text keeps its lines", "<pre>a\n  b</pre>", ["a", "  b", ""]),
    ("cells stand side by side", "<table><tr><td>a</td><td>b</td></tr></table>", ["a\tb", ""]),
    ("items have a dash", "<ul><li>a</li><li>b</li></ul>", ["- a", "- b", ""]),
    ("quotes have their mark", "<blockquote>a<blockquote>b</blockquote></blockquote>", ["> a", "> > b"]),
    ("entities are characters", "1 &lt; 2 &amp;lt; 3", ["1 < 2 &lt; 3"]),
]


@pytest.mark.parametrize(("html", "lines"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_lines(html: str, lines: list[str]) -> None:
    assert [line.shown for line in lines_of_clean(sanitised(html))] == lines


def test_a_trap_is_read_as_words() -> None:
    html = "<style>p{}</style><div>a &lt; b<br>c</div><script>x" + "<div>" * 10
    assert [line.text for line in lines_of_trap(html) if line.text] == ["a < b", "c"]
