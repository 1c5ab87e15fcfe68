"""What a provider is shown, and what becomes of one that dies, dawdles or lies."""

import json
import os
import signal

import numpy as np
import pytest

from tierline.domain.errors import DomainError
from tierline.learning.embedding import CAP, ChildEmbedder, EndpointEmbedder, is_installed, readable
from tierline.learning.errors import EmbedderFailed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("ｆｕｌｌ　ｗｉｄｔｈ", "full width", id="compatibility forms are resolved"),
        pytest.param(
            "a\x00b\x07c\u200bd\ud800e", "a b c d e", id="control, format and surrogate characters are blanks"
        ),
        pytest.param("a" * 9000, "a" * CAP, id="fifteen hundred characters are enough"),
        pytest.param(" \n ", "", id="blanks are nothing"),
    ],
)
def test_what_may_be_shown_to_a_provider(text, shown) -> None:
    assert readable(text) == shown


def test_a_character_that_becomes_eighteen_is_counted_after_it_has() -> None:
    assert len(readable("\ufdfa" * 50)) == 50 * 18
    assert len(readable("\ufdfa" * 1_000_000)) <= CAP


@pytest.fixture
def child():
    if not is_installed():
        pytest.skip("the extra local-embeddings is not installed")
    embedder = ChildEmbedder(threads=1)
    yield embedder
    embedder.close()


ODD = ["", "\ufdfa" * 50, "\ufdfa" * 5000, "😀" * 3000, "\x00" * 10, "\ud800", "长" * 5000, "card 卡", "x" * 1_000_000]


def test_odd_texts_have_vectors_of_length_one(child) -> None:
    vectors = child.embed(ODD, as_query=True)
    assert vectors.shape == (len(ODD), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(ODD)), abs=1e-3)


def test_what_means_the_same_lies_nearer_and_equal_texts_are_equal(child) -> None:
    texts = ["怎么修改密码", "如何重设我的登录密码", "发票打印机卡纸了", "怎么修改密码"]
    one, same, other, again = child.embed(texts, as_query=True)
    assert one @ same > one @ other + 0.03
    assert np.array_equal(one, again)


def test_a_killed_child_is_started_again(child) -> None:
    before = child.embed(["密码"], as_query=True)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    assert np.array_equal(child.embed(["密码"], as_query=True), before)
    assert child.pid != first


def test_a_stopped_child_is_given_up(child) -> None:
    child.embed(["a"], as_query=True)
    os.kill(child.pid, signal.SIGSTOP)
    assert child.embed(["b"], as_query=True).shape == (1, 384)


def test_the_child_is_told_no_secret(child, monkeypatch) -> None:
    monkeypatch.setenv("TIERLINE_DATABASE_URL", "secret")
    child.embed(["a"], as_query=True)
    with open(f"/proc/{child.pid}/environ", "rb") as file:
        assert b"secret" not in file.read()


class Refused(DomainError):
    code = "unanswered"


def endpoint(answer) -> EndpointEmbedder:
    def post(body: bytes) -> bytes:
        texts = json.loads(body)["input"]
        found = answer(texts)
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    return EndpointEmbedder(post=post, model="m", dimension=2)


def row(index: int, *numbers: object) -> dict:
    return {"index": index, "embedding": list(numbers)}


def test_an_endpoints_rows_are_put_in_order() -> None:
    embedder = endpoint(lambda texts: {"data": [row(1, 0, 2), row(0, 3, 4)]})
    assert embedder.embed(["a", "b"], as_query=True) == pytest.approx(np.asarray([[0.6, 0.8], [0, 1]]))


def refuse(texts):
    raise Refused(reason="timeout")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refuse, id="it hangs"),
        pytest.param(lambda texts: b"<html>500", id="it is not JSON"),
        pytest.param(lambda texts: {"error": "x"}, id="it has no data"),
        pytest.param(lambda texts: [1], id="it is a list"),
        pytest.param(lambda texts: {"data": [row(0, 1, 2)]}, id="it has fewer rows"),
        pytest.param(lambda texts: {"data": [row(0, 1, 2), row(0, 1, 2)]}, id="it has one twice"),
        pytest.param(lambda texts: {"data": [row(0, 1), row(1, 2)]}, id="it has another dimension"),
        pytest.param(lambda texts: {"data": [row(0, 1, 2), row(1, 2)]}, id="it is ragged"),
        pytest.param(
            lambda texts: b'{"data": [{"index": 0, "embedding": [NaN, 1]}, {"index": 1, "embedding": [1, 1]}]}',
            id="it is not a number",
        ),
    ],
)
def test_an_endpoint_that_lies_is_named(answer) -> None:
    with pytest.raises(EmbedderFailed):
        endpoint(answer).embed(["a", "b"], as_query=True)
