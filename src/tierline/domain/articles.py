"""The law of the knowledge article: which step leads from which state to which, and what a reader is told of it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from tierline.domain.errors import DomainError
from tierline.domain.lifecycle import IllegalMove

REVIEW_AFTER = timedelta(days=90)


class ArticleState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    STALE = "stale"
    RETIRED = "retired"


class ArticleMove(StrEnum):
    REVISE = "revise"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    CONFIRM = "confirm"
    EXPIRE = "expire"
    RETIRE = "retire"


class NothingNew(DomainError):
    """The version that readers see is the newest there is: nothing waits for a review."""

    code = "nothing_new"


class OwnReview(DomainError):
    """Who wrote a version does not approve it."""

    code = "own_review"


_S, _M = ArticleState, ArticleMove

ARTICLE_MOVES: dict[tuple[ArticleState, ArticleMove], ArticleState] = {
    # Readers of a published article keep the published version until the revised one is published too, so its
    # state stays while the next version is written and reviewed. A revised draft has to be submitted again.
    (_S.DRAFT, _M.REVISE): _S.DRAFT,
    (_S.REVIEW, _M.REVISE): _S.DRAFT,
    **{(state, _M.REVISE): state for state in (_S.PUBLISHED, _S.STALE)},
    (_S.DRAFT, _M.SUBMIT): _S.REVIEW,
    **{(state, _M.SUBMIT): state for state in (_S.PUBLISHED, _S.STALE)},
    (_S.REVIEW, _M.SEND_BACK): _S.DRAFT,
    **{(state, _M.SEND_BACK): state for state in (_S.PUBLISHED, _S.STALE)},
    **{(state, _M.PUBLISH): _S.PUBLISHED for state in (_S.REVIEW, _S.PUBLISHED, _S.STALE)},
    **{(state, _M.CONFIRM): _S.PUBLISHED for state in (_S.PUBLISHED, _S.STALE)},
    (_S.PUBLISHED, _M.EXPIRE): _S.STALE,
    **{(state, _M.RETIRE): _S.RETIRED for state in (_S.DRAFT, _S.REVIEW, _S.PUBLISHED, _S.STALE)},
}

# What a resolution may cite and the team finds; a stale one is still the best there is.
READABLE = (ArticleState.PUBLISHED, ArticleState.STALE)
# What customers see: past its review date an article is hidden from them until somebody has looked at it.
SHOWN = (ArticleState.PUBLISHED,)


def after(state: str, move: ArticleMove) -> ArticleState:
    """The state ``move`` leads to. Raises IllegalMove with the state, move and legal moves."""
    try:
        return ARTICLE_MOVES[ArticleState(state), move]
    except KeyError:
        raise IllegalMove(state=state, move=move.value, legal=legal(state)) from None


def legal(state: str) -> list[str]:
    return sorted(m.value for s, m in ARTICLE_MOVES if s == state)


def next_review(on: date) -> date:
    return on + REVIEW_AFTER


def freshness(reviewed_on: date, review_on: date, *, today: date) -> int:
    """Per cent of the time between two reviews that is left: 100 on the day of one, 0 from the next on."""
    span = (review_on - reviewed_on).days
    if span <= 0:
        return 0
    return max(0, min(100, 100 * (review_on - today).days // span))


def translation_is_older(follows: int | None, original: int | None) -> bool:
    """Whether the other edition says more by now. ``follows``: the original's version that was translated;
    ``original``: the version of it that is published. An original itself follows nothing."""
    return follows is not None and original is not None and follows < original
