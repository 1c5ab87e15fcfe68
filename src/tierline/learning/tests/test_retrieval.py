"""Ranking and its confidence, on real questions and on odd ones."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.learning.answer_figures import measure
from tierline.learning.retrieval import Index, learn_answerer
from tierline.learning.retrieval.answerer import thinned
from tierline.learning.retrieval.bm25 import Bm25, terms
from tierline.learning.retrieval.index import EMBEDDED_CHARACTERS, parts_of
from tierline.learning.rows import Article, Question
from tierline.learning.tests.texts import Broken, Hashed, faq

CHINESE = [
    Article("pwd", "如何重置登录密码", "在登录页点击忘记密码。\n输入手机号收取验证码。\n设置新密码后重新登录。", "zh"),
    Article("inv", "发票打印失败怎么办", "检查打印机是否在线。\n重新安装税控驱动。\n仍失败时导出版式文件。", "zh"),
    Article("bank", "银企直连流水不同步", "确认前置机进程正在运行。\n检查银行证书有效期。\n手工触发一次同步。", "zh"),
    Article(
        "slow", "Voucher list is slow after the upgrade", "Rebuild the index.\nClear the cache of the browser.", "en"
    ),
]


@pytest.fixture(scope="module")
def world():
    return faq()


@pytest.fixture(scope="module")
def answerer(world):
    return learn_answerer(Index(world[0], None))


def test_words_alone_do_better_than_plain_bm25(answerer, world) -> None:
    """The order's floor is 0.685 and 0.928; these are every fifth question of the development half."""
    figures = measure(answerer, world[1][::5]).figures
    assert figures["hit_at_1"]["value"] >= 0.65
    assert figures["hit_at_5"]["value"] >= 0.88
    assert figures["mrr"]["value"] >= figures["hit_at_1"]["value"]
    assert json.loads(json.dumps(figures))


def test_what_is_answered_is_right_as_often_as_promised(answerer, world) -> None:
    answered = [
        (a, q)
        for a, q in zip(answerer.answer([q.text for q in world[1]]), world[1], strict=True)
        if a.action == "answer"
    ]
    assert len(answered) > 100
    assert sum(a.ranked[0] in q.article_ids for a, q in answered) / len(answered) >= 0.93


def test_a_question_without_an_answer_is_less_sure(world) -> None:
    articles, questions = world
    kept = learn_answerer(Index(articles[:60], None))
    inside = [q.text for q in questions if int(q.article_ids[0]) < 60]
    outside = [q.text for q in questions if int(q.article_ids[0]) >= 60]
    sure = [np.mean([a.confidence for a in kept.answer(texts)]) for texts in (inside, outside)]
    assert sure[0] > sure[1] + 0.2
    assert sum(a.action == "answer" for a in kept.answer(outside)) <= 0.1 * len(outside)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("登录密码忘记了", "pwd"),
        ("打印不出发票", "inv"),
        ("银行流水没有同步过来", "bank"),
        ("vouchers slow since upgrading", "slow"),
        ("ＶＯＵＣＨＥＲ　ｌｉｓｔ", "slow"),
    ],
)
def test_chinese_and_english_find_their_article(question, wanted) -> None:
    for provider in (None, Hashed()):
        assert learn_answerer(Index(CHINESE, provider)).answer([question])[0].ranked[0] == wanted


@pytest.mark.parametrize(
    "odd", ["", "  ", "x" * 1_000_000, "\ufdfa" * 50, "😀", "\ud800", "\x00", "？？？", "[" * 5000]
)
def test_any_question_gets_a_ranking(odd) -> None:
    (one,) = learn_answerer(Index(CHINESE, Hashed())).answer([odd])
    assert len(one.ranked) == 4
    assert 0 <= one.confidence <= 1


def test_an_empty_question_is_handed_over(answerer) -> None:
    assert answerer.answer([""])[0].action == "hand_over"


@pytest.mark.parametrize(
    "articles",
    [
        [],
        CHINESE[:1],
        [Article("a", "", "", "")],
        [Article("a", "", "", ""), Article("b", "", "", "")],
        [Article(str(i), "same", "same", "") for i in range(5)],
        [Article("a", "t", "x" * 1_000_000, ""), Article("b", "u", "\n" * 1000, "")],
    ],
    ids=["none", "one", "an empty one", "two empty ones", "five equal ones", "a huge one"],
)
def test_any_articles_can_be_asked(articles) -> None:
    for provider in (None, Hashed(), Broken()):
        answerer = learn_answerer(Index(articles, provider))
        figures = measure(answerer, [Question("密码", ("a",)), Question("q", ())]).figures
        assert figures["n"] == 2


def test_without_questions_there_are_no_rates() -> None:
    figures = measure(learn_answerer(Index(CHINESE, None)), []).figures
    assert (figures["n"], figures["hit_at_1"]["value"], figures["hit_at_1"]["interval"]) == (0, None, [0.0, 1.0])


def test_a_provider_that_fails_leaves_words() -> None:
    assert Index(CHINESE, Broken()).embedder is None


def test_more_than_can_be_embedded_is_told() -> None:
    many = [Article(str(i), f"title {i}", "word " * 800, "") for i in range(300)]
    index = Index(many, Hashed())
    assert 0 < index.parts_embedded < 10
    assert len(index.part_vectors) * 400 <= EMBEDDED_CHARACTERS * 1.1


@given(st.text(max_size=3000))
def test_parts_lose_no_word(text) -> None:
    parts = parts_of(Article("a", "another title", text, ""))
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=8),
    st.lists(st.sampled_from("abcdefg"), max_size=5),
)
def test_only_texts_with_a_shared_word_score(texts, question) -> None:
    scores = Bm25(texts).scores(question)
    assert [score > 0 for score in scores] == [bool(set(text) & set(question)) for text in texts]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("connecting", "connects"),
        ("batteries", "battery"),
        ("stopped", "stop"),
        ("deleted", "delete"),
        ("printers", "printer"),
    ],
)
def test_an_english_word_meets_its_own_forms(one, other) -> None:
    assert terms(one) == terms(other)


@given(st.text(max_size=400))
def test_a_thinned_sentence_is_the_same_every_time_and_no_longer(text) -> None:
    assert thinned(text) == thinned(text)
    assert len(thinned(text).split()) <= max(2 * len(text), 1)
