"""Reading and finding articles, never more than the reader's audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from tierline.domain import textmatch
from tierline.domain.articles import READABLE
from tierline.domain.errors import NotFound
from tierline.domain.textmatch import Snippet
from tierline.knowledge import policies
from tierline.knowledge.models import Article, ArticleVersion
from tierline.knowledge.policies import AUDIENCES, CUSTOMER, INTERNAL, PUBLIC
from tierline.plumbing.actor import Actor

__all__ = ["AUDIENCES", "CUSTOMER", "INTERNAL", "PUBLIC"]

# Words of a question that are looked for, the rarest of them being unknown beforehand.
_WORDS = 64
# A word in as many articles is common: only the newest of those are scored for it.
_COMMON = 500


@dataclass(frozen=True, slots=True)
class ArticleRow:
    id: int
    enterprise_id: int
    number: str
    title: str
    language: str
    state: str
    audience: str
    owner_id: int | None
    review_on: date | None
    pair_id: int | None
    ticket_id: int | None
    latest: int
    published: int | None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One version in full. ``body`` is Markdown, as written."""

    article: ArticleRow
    version: int
    title: str
    body: str
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """``covered`` is the share of the question that the article speaks of, rare words counting more; 0 to 1."""

    id: int
    number: str
    title: str
    language: str
    audience: str
    score: float
    covered: float
    snippet: Snippet


def audiences(actor: Actor | None) -> tuple[str, ...]:
    return policies.audiences(actor)


def article(article_id: int, *, audiences: Sequence[str] = AUDIENCES, version: int | None = None) -> ArticleText:
    """The published version, else the latest, or the named one. Raises NotFound.

    Who does not see internal articles sees no draft, no retired one and no other version either.
    """
    return _text(_visible(audiences).filter(id=article_id), audiences, version)


def article_by_number(number: str, *, audiences: Sequence[str] = AUDIENCES) -> ArticleText:
    return _text(_visible(audiences).filter(number=number.strip().upper()), audiences, None)


def articles(ids: Iterable[int | None]) -> Mapping[int, ArticleRow]:
    return {a.id: _row(a) for a in Article.objects.filter(id__in={i for i in ids if i is not None})}


def article_page(
    enterprise_id: int,
    *,
    audiences: Sequence[str] = AUDIENCES,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ArticleRow]:
    """Newest first, those before the id ``before``."""
    rows = _visible(audiences).filter(enterprise_id=enterprise_id)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_row(a) for a in rows.order_by("-id")[:limit]]


def versions(article_id: int) -> list[tuple[int, str, int | None, datetime]]:
    """(number, title, who, when) of each version, oldest first."""
    rows = ArticleVersion.objects.filter(article_id=article_id).order_by("number")
    return list(rows.values_list("number", "title", "by_id", "at"))


def of_tickets(ticket_ids: Iterable[int]) -> Mapping[int, list[ArticleRow]]:
    """What was deposited from each ticket."""
    found: dict[int, list[ArticleRow]] = {}
    for a in Article.objects.filter(ticket_id__in=set(ticket_ids)).order_by("id"):
        found.setdefault(a.ticket_id, []).append(_row(a))
    return found


def citable(enterprise_id: int, article_id: int) -> bool:
    """Whether a resolution in this enterprise may rest on the article: it is its own, and published."""
    return Article.objects.filter(id=article_id, enterprise_id=enterprise_id, state__in=READABLE).exists()


def search(
    enterprise_id: int, text: str, *, audiences: Sequence[str], language: str | None = None, limit: int = 10
) -> list[Hit]:
    """Published articles that speak of ``text``, the best first; none for a text without words.

    ``language`` narrows to one language. The audience is filtered before anything is ranked.
    """
    words = list(dict.fromkeys(textmatch.tokens(text)))[:_WORDS]
    if not words:
        return []
    found = _find(enterprise_id, words, audiences, language, limit)
    rows = ArticleVersion.objects.filter(article_id__in=[hit[0] for hit in found], number=F("article__published"))
    bodies = dict(rows.values_list("article_id", "body"))
    return [Hit(*row, snippet=textmatch.snippet(bodies[row[0]], words)) for row in found]


_Found = tuple[int, str, str, str, str, float, float]


def _find(
    enterprise_id: int, words: Sequence[str], audiences: Sequence[str], language: str | None, limit: int
) -> list[_Found]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM tierline_search_articles(%s, %s, %s, %s, %s, %s, %s)",
            [
                enterprise_id,
                [textmatch.term(word) for word in words],
                [state.value for state in READABLE],
                list(audiences),
                language,
                _COMMON,
                limit,
            ],
        )
        return [tuple(row) for row in cursor.fetchall()]


def _visible(audiences: Sequence[str]) -> QuerySet[Article]:
    """All of it for who sees internal articles; else the published ones of the audience."""
    if INTERNAL in audiences:
        return Article.objects.all()
    return Article.objects.filter(Q(audience__in=audiences), Q(state__in=READABLE))


def _text(rows: QuerySet[Article], audiences: Sequence[str], version: int | None) -> ArticleText:
    row = rows.first()
    if row is None:
        raise NotFound(what="article")
    shown = row.published or row.latest
    if version is not None and INTERNAL in audiences:
        shown = version
    text = ArticleVersion.objects.filter(article_id=row.id, number=shown).first()
    if text is None:
        raise NotFound(what="article", version=shown)
    return ArticleText(_row(row), text.number, text.title, text.body, text.by_id, text.at)


def _row(a: Article) -> ArticleRow:
    return ArticleRow(
        a.id,
        a.enterprise_id,
        a.number,
        a.title,
        a.language,
        a.state,
        a.audience,
        a.owner_id,
        a.review_on,
        a.pair_id,
        a.ticket_id,
        a.latest,
        a.published,
    )
