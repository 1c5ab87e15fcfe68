"""An article's life, one verb at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tierline.knowledge import operations, policies
from tierline.knowledge.models import Article
from tierline.knowledge.models.article import PROCEDURE
from tierline.knowledge.operations import NewArticle
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def draft_articles(*, actor: Actor, enterprise_id: int, rows: Sequence[NewArticle], at: datetime) -> list[int]:
    policies.require(actor, "article.draft", enterprise_id)
    return operations.draft(actor=actor, enterprise_id=enterprise_id, rows=rows, at=at)


@service
def draft_article(*, actor: Actor, enterprise_id: int, row: NewArticle, at: datetime) -> int:
    policies.require(actor, "article.draft", enterprise_id)
    return operations.draft(actor=actor, enterprise_id=enterprise_id, rows=[row], at=at)[0]


@service
def revise_article(
    *, actor: Actor, enterprise_id: int, article_id: int, title: str, body: str, seen: int, at: datetime
) -> int:
    """``seen`` is the number of the version the caller was looking at. Raises StaleVersion, IllegalMove."""
    policies.require(actor, "article.draft", enterprise_id)
    return operations.revise(
        actor=actor, enterprise_id=enterprise_id, article_id=article_id, title=title, body=body, seen=seen, at=at
    )


@service
def describe_article(
    *,
    actor: Actor,
    enterprise_id: int,
    article_id: int,
    at: datetime,
    owner_id: int | None = None,
    applies: Sequence[tuple[str, str]] = (),
    fault_class: str = "",
) -> None:
    policies.require(actor, "article.draft", enterprise_id)
    told = {"owner_id": owner_id, "applies": applies, "fault_class": fault_class}
    operations.describe(actor=actor, enterprise_id=enterprise_id, article_id=article_id, told=told, at=at)


@service
def submit_article(*, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime) -> None:
    """Raises StaleVersion, IllegalMove, NothingNew."""
    policies.require(actor, "article.draft", enterprise_id)
    operations.submit(actor=actor, enterprise_id=enterprise_id, article_id=article_id, seen=seen, at=at)


@service
def send_back_article(
    *, actor: Actor, enterprise_id: int, article_id: int, seen: int, reason: str, at: datetime
) -> None:
    """Raises StaleVersion, IllegalMove, NothingNew."""
    policies.require(actor, "article.publish", enterprise_id)
    operations.send_back(
        actor=actor, enterprise_id=enterprise_id, article_id=article_id, seen=seen, reason=reason, at=at
    )


@service
def publish_article(
    *,
    actor: Actor,
    enterprise_id: int,
    article_id: int,
    seen: int,
    at: datetime,
    audience: str | None = None,
    review_on: date | None = None,
) -> None:
    """Raises StaleVersion, IllegalMove, NothingNew, OwnReview. A procedure binds everybody: who leads publishes it."""
    policies.require(actor, "article.publish", enterprise_id)
    if Article.objects.filter(id=article_id, kind=PROCEDURE).exists():
        policies.require(actor, "procedure.publish", enterprise_id)
    operations.publish(
        actor=actor,
        enterprise_id=enterprise_id,
        article_id=article_id,
        seen=seen,
        audience=audience,
        review_on=review_on,
        at=at,
    )


@service
def confirm_article(
    *, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime, review_on: date | None = None
) -> None:
    """Raises StaleVersion, IllegalMove."""
    policies.require(actor, "article.publish", enterprise_id)
    operations.confirm(
        actor=actor, enterprise_id=enterprise_id, article_id=article_id, seen=seen, review_on=review_on, at=at
    )


@service
def retire_article(*, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime) -> None:
    """Raises StaleVersion, IllegalMove."""
    policies.require(actor, "article.retire", enterprise_id)
    operations.retire(actor=actor, enterprise_id=enterprise_id, article_id=article_id, seen=seen, at=at)
