"""Reading and finding articles, never more than the reader's audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from tierline.domain.articles import READABLE, SHOWN, translation_is_older
from tierline.domain.errors import NotFound
from tierline.knowledge import policies
from tierline.knowledge.models import Article, ArticleFile, ArticleVersion
from tierline.knowledge.policies import AUDIENCES, CUSTOMER, INTERNAL, PUBLIC, Reach, visible
from tierline.knowledge.queries.finding import Found, Hit, find, search
from tierline.plumbing.actor import Actor

__all__ = [
    "AUDIENCES",
    "CUSTOMER",
    "INTERNAL",
    "PUBLIC",
    "Found",
    "Hit",
    "Reach",
    "find",
    "search",
    "visible",
]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """``follows``: of a translation, the original's version it renders; ``is_older``: there is a newer one."""

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
    kind: str = "article"
    submitted: int | None = None
    reviewer_id: int | None = None
    reviewed_at: datetime | None = None
    published_at: datetime | None = None
    fault_class: str = ""
    applies: tuple[tuple[str, str], ...] = ()
    follows: int | None = None
    is_older: bool = False


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
class FileRow:
    id: int
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of articles. ``overdue_on``: only those whose review was due by that day."""

    states: tuple[str, ...] = ()
    audience: str = ""
    owner_id: int | None = None
    kind: str = "article"
    language: str = ""
    product: str = ""
    waits: bool = False
    overdue_on: date | None = None


def audiences(actor: Actor | None) -> tuple[str, ...]:
    return policies.audiences(actor)


def article(article_id: int, *, audiences: Sequence[str] = AUDIENCES, version: int | None = None) -> ArticleText:
    """The published version, else the latest, or the named one. Raises NotFound.

    Who does not see internal articles sees no draft, no retired one and no other version either.
    """
    return _text(_visible(audiences).filter(id=article_id), audiences, version)


def article_by_number(number: str, *, audiences: Sequence[str] = AUDIENCES, version: int | None = None) -> ArticleText:
    return _text(_visible(audiences).filter(number=number.strip().upper()), audiences, version)


def articles(ids: Iterable[int | None]) -> Mapping[int, ArticleRow]:
    return {a.id: a for a in _rows(Article.objects.filter(id__in={i for i in ids if i is not None}))}


def article_page(
    enterprise_id: int,
    *,
    audiences: Sequence[str] = AUDIENCES,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ArticleRow]:
    """Newest first, those before the id ``before``. No procedures."""
    wanted = Wanted(states=(state,) if state is not None else ())
    return listed([enterprise_id], wanted, audiences=audiences, before=before, limit=limit)


def listed(
    enterprises: Sequence[int],
    wanted: Wanted,
    *,
    audiences: Sequence[str] = AUDIENCES,
    before: int | None = None,
    limit: int = 50,
) -> list[ArticleRow]:
    """Newest first, those before the id ``before``."""
    rows = _visible(audiences).filter(enterprise_id__in=enterprises, kind=wanted.kind).filter(_asked(wanted))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _rows(rows.order_by("-id")[:limit])


def counts(enterprises: Sequence[int], *, kind: str = "article") -> dict[str, int]:
    """How many articles in each state, and ``waits``: versions that wait for a review. For the team."""
    rows = Article.objects.filter(enterprise_id__in=enterprises, kind=kind)
    found: dict[str, int] = dict(rows.values_list("state").annotate(n=Count("id")).values_list("state", "n"))
    return {**found, "waits": rows.exclude(submitted=None).exclude(state="retired").count()}


def versions(article_id: int) -> list[tuple[int, str, int | None, datetime]]:
    """(number, title, who, when) of each version, oldest first."""
    rows = ArticleVersion.objects.filter(article_id=article_id).order_by("number")
    return list(rows.values_list("number", "title", "by_id", "at"))


def author_of(article_id: int, version: int) -> int | None:
    return ArticleVersion.objects.filter(article_id=article_id, number=version).values_list("by_id", flat=True).first()


def files(article_id: int) -> list[FileRow]:
    rows = ArticleFile.objects.filter(article_id=article_id).order_by("id")
    return [FileRow(*row) for row in rows.values_list("id", "name", "media_type", "size", "sha256")]


def file(article_id: int, file_id: int) -> FileRow:
    """Of an article that the reader was shown. Raises NotFound."""
    found = next((f for f in files(article_id) if f.id == file_id), None)
    if found is None:
        raise NotFound(what="file")
    return found


def products(enterprises: Sequence[int]) -> list[str]:
    """Every product that an article of theirs names."""
    rows = Article.objects.filter(enterprise_id__in=enterprises).exclude(applies=[]).values_list("applies", flat=True)
    return sorted({line["product"] for applies in rows for line in applies})


def of_tickets(ticket_ids: Iterable[int]) -> Mapping[int, list[ArticleRow]]:
    """What was deposited from each ticket."""
    found: dict[int, list[ArticleRow]] = {}
    for a in _rows(Article.objects.filter(ticket_id__in=set(ticket_ids)).order_by("id")):
        found.setdefault(a.ticket_id or 0, []).append(a)
    return found


def citable(enterprise_id: int, article_id: int) -> bool:
    """Whether a resolution in this enterprise may rest on the article: it is its own, and published."""
    return Article.objects.filter(id=article_id, enterprise_id=enterprise_id, state__in=READABLE).exists()


def _asked(wanted: Wanted) -> Q:
    asked = Q()
    single: dict[str, Any] = {"audience": wanted.audience, "owner_id": wanted.owner_id, "language": wanted.language}
    for name, value in single.items():
        if value:
            asked &= Q(**{name: value})
    if wanted.states:
        asked &= Q(state__in=wanted.states)
    if wanted.product:
        asked &= Q(applies__contains=[{"product": wanted.product}])
    if wanted.waits:
        asked &= Q(submitted__isnull=False) & ~Q(state="retired")
    if wanted.overdue_on is not None:
        asked &= Q(review_on__lte=wanted.overdue_on, state__in=READABLE)
    return asked


def _visible(audiences: Sequence[str]) -> QuerySet[Article]:
    """All of it for who sees internal articles; else the published ones of the audience."""
    if INTERNAL in audiences:
        return Article.objects.all()
    return Article.objects.filter(audience__in=audiences, state__in=SHOWN, kind="article")


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
    return ArticleText(_rows([row])[0], text.number, text.title, text.body, text.by_id, text.at)


def _rows(found: Iterable[Article]) -> list[ArticleRow]:
    rows = list(found)
    originals = {a.pair_id for a in rows if a.follows is not None}
    newest = dict(Article.objects.filter(id__in=originals).values_list("id", "published")) if originals else {}
    return [_row(a, newest.get(a.pair_id)) for a in rows]


def _row(a: Article, original: int | None) -> ArticleRow:
    return ArticleRow(
        id=a.id,
        enterprise_id=a.enterprise_id,
        number=a.number,
        title=a.title,
        language=a.language,
        state=a.state,
        audience=a.audience,
        owner_id=a.owner_id,
        review_on=a.review_on,
        pair_id=a.pair_id,
        ticket_id=a.ticket_id,
        latest=a.latest,
        published=a.published,
        kind=a.kind,
        submitted=a.submitted,
        reviewer_id=a.reviewer_id,
        reviewed_at=a.reviewed_at,
        published_at=a.published_at,
        fault_class=a.fault_class,
        applies=tuple((line["product"], line.get("versions", "")) for line in a.applies),
        follows=a.follows,
        is_older=translation_is_older(a.follows, original),
    )
