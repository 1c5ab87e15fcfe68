import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.htmltext import markdown

ROWS = [
    ("a heading and a paragraph", "<h1>证书</h1><p>先 <b>下载</b>。</p>", "# 证书\n\n先 **下载**。"),
    ("a numbered list", "<ol><li>一<li>二</ol>", "1. 一\n2. 二"),
    ("a list inside a list", "<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n   - b"),
    ("a link", '<a href="https://x.example/a b">看</a>', "[看](https://x.example/a%20b)"),
    ("a link that would run is its words", '<a href="javascript:alert(1)">点</a>', "点"),
    ("scripts and styles go", "<style>p{}</style><script>alert(1)</script>正文", "正文"),
    ("a picture", '<img src="a.png" alt="图">', "![图](a.png)"),
    ("a picture in the page itself goes", '<img src="data:image/png;base64,AAAA">', ""),
    ("code keeps its blanks", "<pre>a\n  b</pre>", "```\na\n  b\n```"),
    ("a table", "<table><tr><th>甲<th>乙</tr><tr><td>1<td>2</tr></table>", "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"),
    ("marks of Markdown are words", "<p>a*b_c</p>", "a\\*b\\_c"),
]


@pytest.mark.parametrize(("html", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_html_as_markdown(html: str, expected: str) -> None:
    assert markdown(html)[1] == expected


def test_the_title_is_the_pages_else_its_first_heading() -> None:
    assert markdown("<title> 页 </title><h1>题</h1>")[0] == "页"
    assert markdown("<h1>题</h1>")[0] == "题"


@given(st.text(alphabet="<>/abp \"'=&;!-li", max_size=80))
def test_broken_markup_never_raises(html: str) -> None:
    title, body = markdown(html)
    assert isinstance(title + body, str)
