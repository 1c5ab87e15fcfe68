"""The law of the knowledge article: which step leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from tierline.domain.lifecycle import IllegalMove


class ArticleState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    STALE = "stale"
    RETIRED = "retired"


class ArticleMove(StrEnum):
    REVISE = "revise"
    PUBLISH = "publish"
    RETIRE = "retire"


_S, _M = ArticleState, ArticleMove

ARTICLE_MOVES: dict[tuple[ArticleState, ArticleMove], ArticleState] = {
    # Readers of a published article keep the published version until the revised one is published too.
    **{(state, _M.REVISE): state for state in (_S.DRAFT, _S.REVIEW, _S.PUBLISHED, _S.STALE)},
    **{(state, _M.PUBLISH): _S.PUBLISHED for state in (_S.DRAFT, _S.REVIEW, _S.PUBLISHED, _S.STALE)},
    **{(state, _M.RETIRE): _S.RETIRED for state in (_S.DRAFT, _S.REVIEW, _S.PUBLISHED, _S.STALE)},
}

# What a resolution may cite and a search shows; a stale one is still the best there is.
READABLE = (ArticleState.PUBLISHED, ArticleState.STALE)


def after(state: str, move: ArticleMove) -> ArticleState:
    """The state ``move`` leads to. Raises IllegalMove with the state, move and legal moves."""
    try:
        return ARTICLE_MOVES[ArticleState(state), move]
    except KeyError:
        raise IllegalMove(state=state, move=move.value, legal=legal(state)) from None


def legal(state: str) -> list[str]:
    return sorted(m.value for s, m in ARTICLE_MOVES if s == state)
