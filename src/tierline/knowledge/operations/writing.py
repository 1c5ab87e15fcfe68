"""Writing articles inside another room's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from tierline.accounts.operations import AlreadyThere
from tierline.audit.operations import Act, record
from tierline.domain.articles import ArticleMove, ArticleState, after
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT, clean
from tierline.knowledge.models import Article, ArticleVersion
from tierline.knowledge.models.article import ARTICLE, PROCEDURE
from tierline.knowledge.policies import AUDIENCES, INTERNAL
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

LANGUAGES = ("zh-hans", "en")
KINDS = (ARTICLE, PROCEDURE)
_APPLIES_LIMIT, _WORD_LIMIT = 50, 100


@dataclass(frozen=True, slots=True)
class NewArticle:
    """``pair_id`` is the other language's edition of the same article; ``applies`` are (product, versions)."""

    title: str
    body: str
    language: str
    audience: str = INTERNAL
    owner_id: int | None = None
    pair_id: int | None = None
    ticket_id: int | None = None
    review_on: date | None = None
    kind: str = ARTICLE
    applies: tuple[tuple[str, str], ...] = ()
    fault_class: str = ""


def draft(*, actor: Actor, enterprise_id: int, rows: Sequence[NewArticle], at: datetime) -> list[int]:
    """Drafts by a fixed number of statements; their ids in the given order. One bad row stops them all."""
    require_transaction()
    tidy = [_checked(row) for row in rows]
    pairs = {row.pair_id: _unpaired(enterprise_id, row) for row in rows if row.pair_id is not None}
    made = Article.objects.bulk_create(
        Article(
            provider_id=actor.provider_id,
            enterprise_id=enterprise_id,
            kind=row.kind,
            number=number,
            title=title,
            language=row.language,
            pair_id=row.pair_id,
            follows=None if row.pair_id is None else said_of(pairs[row.pair_id]),
            state=ArticleState.DRAFT.value,
            audience=INTERNAL if row.kind == PROCEDURE else row.audience,
            owner_id=row.owner_id or actor.person_id,
            review_on=row.review_on,
            ticket_id=row.ticket_id,
            applies=applied(row.applies),
            fault_class=row.fault_class[:_WORD_LIMIT],
            created_at=at,
        )
        for row, (title, _), number in zip(rows, tidy, _numbers(actor.provider_id, len(rows)), strict=True)
    )
    _add_versions(actor, [(a, 1, title, body) for a, (title, body) in zip(made, tidy, strict=True)], at)
    for a in made:
        if a.pair_id is not None:
            Article.objects.filter(id=pairs[a.pair_id].id).update(pair_id=a.id)
    acts = [
        Act(f"article:{a.id}", "article.drafted", enterprise_id, {"language": a.language, "ticket": a.ticket_id})
        for a in made
    ]
    record(actor, acts, at=at)
    return [a.id for a in made]


def deposit(
    *, actor: Actor, enterprise_id: int, title: str, body: str, language: str, ticket_id: int, at: datetime
) -> int:
    """沉淀: an internal draft of what a closing ticket taught. Longer than an article may be is cut, not refused."""
    row = NewArticle(title[:SUBJECT_LIMIT], body[:TEXT_LIMIT], language, ticket_id=ticket_id)
    return draft(actor=actor, enterprise_id=enterprise_id, rows=[row], at=at)[0]


def revise(*, actor: Actor, enterprise_id: int, article_id: int, title: str, body: str, seen: int, at: datetime) -> int:
    """The next version's number. Readers of a published article see it when it is published too.

    A translation that is revised renders what its original says now.
    """
    require_transaction()
    row = locked(enterprise_id, article_id, seen)
    state = after(row.state, ArticleMove.REVISE)
    title, body = _texts(title, body)
    number = row.latest + 1
    _add_versions(actor, [(row, number, title, body)], at)
    changed: dict[str, object] = {"latest": number, "state": state.value, "submitted": None}
    if row.published is None:
        changed["title"] = title
    if row.follows is not None:
        changed["follows"] = said_of(Article.objects.get(id=row.pair_id))
    Article.objects.filter(id=row.id).update(**changed)
    record(actor, [Act(f"article:{row.id}", "article.revised", enterprise_id, {"version": number})], at=at)
    return number


def describe(*, actor: Actor, enterprise_id: int, article_id: int, told: Mapping[str, object], at: datetime) -> None:
    """Owner, products and fault class: what is said about the article and not in it."""
    require_transaction()
    row = locked(enterprise_id, article_id)
    applies: Sequence[tuple[str, str]] = told.get("applies", ())  # type: ignore[assignment]
    changed = {
        "owner_id": told.get("owner_id") or row.owner_id,
        "applies": applied(applies),
        "fault_class": str(told.get("fault_class", ""))[:_WORD_LIMIT],
    }
    Article.objects.filter(id=row.id).update(**changed)
    record(actor, [Act(f"article:{row.id}", "article.described", enterprise_id, changed)], at=at)


def locked(enterprise_id: int, article_id: int, seen: int | None = None) -> Article:
    """Raises NotFound; StaleVersion where the newest version is not the one that was ``seen``."""
    row: Article | None = Article.objects.select_for_update().filter(enterprise_id=enterprise_id, id=article_id).first()
    if row is None:
        raise NotFound(what="article", id=article_id)
    if seen is not None and row.latest != seen:
        raise StaleVersion(article=row.number, seen=seen, latest=row.latest)
    return row


def said_of(original: Article) -> int:
    """The version of the original that a translation made now renders."""
    return original.published or original.latest


def applied(lines: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    if len(lines) > _APPLIES_LIMIT:
        raise Invalid(field="applies", limit=_APPLIES_LIMIT)
    tidy = [
        (
            clean(product, field="product", limit=_WORD_LIMIT).strip(),
            clean(versions, field="versions", limit=_WORD_LIMIT, required=False).strip(),
        )
        for product, versions in lines
    ]
    return [{"product": product, "versions": versions} for product, versions in dict.fromkeys(tidy)]


def _checked(row: NewArticle) -> tuple[str, str]:
    for field, value, allowed in (
        ("language", row.language, LANGUAGES),
        ("audience", row.audience, AUDIENCES),
        ("kind", row.kind, KINDS),
    ):
        if value not in allowed:
            raise Invalid(field=field, value=value, allowed=list(allowed))
    return _texts(row.title, row.body)


def _texts(title: str, body: str) -> tuple[str, str]:
    return clean(title, field="title", limit=SUBJECT_LIMIT), clean(body, field="body", limit=TEXT_LIMIT)


def _unpaired(enterprise_id: int, row: NewArticle) -> Article:
    other: Article | None = (
        Article.objects.select_for_update().filter(enterprise_id=enterprise_id, id=row.pair_id).first()
    )
    if other is None:
        raise NotFound(what="article", id=row.pair_id)
    if other.language == row.language:
        raise Invalid(field="language", value=row.language, pair=other.number)
    if other.pair_id is not None:
        raise AlreadyThere(what="pair", article=other.number)
    return other


def _add_versions(actor: Actor, texts: Sequence[tuple[Article, int, str, str]], at: datetime) -> None:
    ArticleVersion.objects.bulk_create(
        ArticleVersion(
            provider_id=a.provider_id,
            enterprise_id=a.enterprise_id,
            article=a,
            number=number,
            title=title,
            body=body,
            by_id=actor.person_id,
            at=at,
        )
        for a, number, title, body in texts
    )


def _numbers(provider_id: int, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_articlecounter (provider_id, last) VALUES (%s, %s)"
            " ON CONFLICT (provider_id) DO UPDATE SET last = knowledge_articlecounter.last + EXCLUDED.last"
            " RETURNING last",
            [provider_id, count],
        )
        row = cursor.fetchone()
    assert row is not None
    return [f"KB-{n}" for n in range(row[0] - count + 1, row[0] + 1)]
