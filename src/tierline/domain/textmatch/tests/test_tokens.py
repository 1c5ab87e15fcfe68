import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.textmatch import document, fold, query, snippet, term, tokens
from tierline.domain.textmatch.snippets import plain

WORDS = [
    # what it shows, text, words that must be among the tokens
    ("a product's name is found by a part of it", "银企直连回单下载失败", ["银企", "直连", "回单", "下载", "失败"]),
    ("full width and case are one spelling", "ＥＲＰ登录 VPN", ["erp", "登录", "vpn"]),
    ("a code gives itself and its parts", "报错 ERP-2024", ["报错", "erp-2024", "erp", "2024"]),
    (
        "a host gives itself and its parts",
        "nas01.corp.local down",
        ["nas01.corp.local", "nas01", "corp", "local", "down"],
    ),
    ("one character is a word", "税", ["税"]),
    ("accents stay", "café", ["café"]),
    ("characters outside the basic plane", "𠮷野家", ["𠮷野", "野家"]),
    ("Latin inside Chinese", "使用IE浏览器打开", ["使用", "ie", "浏览", "浏览器", "打开"]),
]


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_words_of_a_text(text: str, wanted: list[str]) -> None:
    assert set(wanted) <= set(tokens(text))


@pytest.mark.parametrize("text", ["", "  \n", "!?。，", "\u200b\ufeff", "___"])
def test_no_words(text: str) -> None:
    assert tokens(text) == []


def test_a_question_meets_the_text_it_was_cut_from() -> None:
    whole = tokens("银企直连今天早上开始无法下载回单")
    assert set(tokens("银企直连")) <= set(whole)


def test_a_megabyte_is_read_up_to_the_limit_only() -> None:
    started = time.process_time()
    assert len(tokens("网银 login failed " * 60_000)) < 100_000
    assert time.process_time() - started < 5


def test_a_ligature_that_grows_eighteenfold_is_words_like_any_other() -> None:
    assert "صلى" in tokens("\ufdfa" * 50)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_are_folded_and_have_no_blanks(text: str) -> None:
    for word in tokens(text):
        assert word == fold(word)
        assert word
        assert not any(c.isspace() for c in word)


@given(st.text())
def test_a_text_is_found_by_its_own_words_in_another_width(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert tokens(wide) == tokens(text)


LITERALS = [
    # what it shows, title, body, literal
    ("the title weighs more", "VPN", "vpn reset", "'vpn':1A,2 'reset':3"),
    ("nothing gives nothing", "", "", ""),
    ("only a body", "", "vpn", "'vpn':1"),
]


@pytest.mark.parametrize(("title", "body", "literal"), [row[1:] for row in LITERALS], ids=[row[0] for row in LITERALS])
def test_a_document_in_the_database_s_notation(title: str, body: str, literal: str) -> None:
    assert document(title, body) == literal


def test_a_word_can_hold_no_operator() -> None:
    assert query(["a'b", "c\\d", "e & !f"]) == r"'a''b' | 'c\\d' | 'e & !f'"
    assert term("x") == "'x'"


def test_positions_stay_in_the_range_of_the_database() -> None:
    literal = document("", " ".join(f"w{i}" for i in range(20_000)))
    assert literal.endswith("'w19999':16383")


SNIPPETS = [
    # what it shows, markdown, words, width, text, what is marked in it
    ("short texts are shown whole", "重启网关后恢复", ["网关"], 120, "重启网关后恢复", ["网关"]),
    ("marks are gone", "# 标题\n\n- 打开 **VPN** [说明](http://a.b)", ["vpn"], 120, "标题 打开 VPN 说明", ["VPN"]),
    ("full width is found", "使用ＶＰＮ连接", ["vpn"], 120, "使用ＶＰＮ连接", ["ＶＰＮ"]),
    ("the window begins before the hit", "一" * 100 + "网关", ["网关"], 30, "一" * 28 + "网关", ["网关"]),
    ("neighbouring hits are one", "银企直连", ["银企", "直连"], 120, "银企直连", ["银企直连"]),
    (
        "overlapping pairs are one hit",
        "查前置机证书",
        ["前置", "置机", "机证", "证书"],
        120,
        "查前置机证书",
        ["前置机证书"],
    ),
    ("no hit shows the beginning", "abc def", ["x"], 4, "abc ", []),
    ("no words show the beginning", "abc", [], 120, "abc", []),
]


@pytest.mark.parametrize(
    ("markdown", "words", "width", "text", "marked"), [r[1:] for r in SNIPPETS], ids=[r[0] for r in SNIPPETS]
)
def test_snippet(markdown: str, words: list[str], width: int, text: str, marked: list[str]) -> None:
    shown = snippet(markdown, words, width=width)
    assert shown.text == text
    assert [shown.text[a:b] for a, b in shown.hits] == marked


@given(st.text(), st.lists(st.text(min_size=1)), st.integers(1, 50))
def test_hits_lie_in_the_snippet_in_order(markdown: str, words: list[str], width: int) -> None:
    shown = snippet(markdown, words, width=width)
    assert len(shown.text) <= width
    edges = [edge for hit in shown.hits for edge in hit]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(shown.text) for edge in edges)


def test_a_code_block_keeps_its_words() -> None:
    assert plain("前\n```sh\nsystemctl restart vpn\n```\n后") == "前 systemctl restart vpn 后"
