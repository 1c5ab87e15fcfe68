import pytest

from tierline.domain.articles import ArticleMove, ArticleState, after
from tierline.domain.lifecycle import IllegalMove

ROWS = [
    # from, move, to
    ("draft", "revise", "draft"),
    ("draft", "retire", "retired"),
    ("draft", "submit", "review"),
    ("review", "revise", "draft"),
    ("review", "send_back", "draft"),
    ("review", "publish", "published"),
    ("published", "revise", "published"),
    ("published", "publish", "published"),
    ("published", "retire", "retired"),
    ("published", "expire", "stale"),
    ("published", "confirm", "published"),
    ("stale", "confirm", "published"),
    ("stale", "revise", "stale"),
    ("stale", "publish", "published"),
]


@pytest.mark.parametrize(("state", "move", "to"), ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS])
def test_an_article_moves(state: str, move: str, to: str) -> None:
    assert after(state, ArticleMove(move)) is ArticleState(to)


@pytest.mark.parametrize("move", list(ArticleMove))
def test_a_retired_article_stays_retired(move: ArticleMove) -> None:
    with pytest.raises(IllegalMove) as refused:
        after("retired", move)
    assert refused.value.facts == {"state": "retired", "move": move.value, "legal": []}
