"""From draft to retired: each step on the row, in the index, on the record and in the timers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tierline.accounts import queries as accounts
from tierline.audit.operations import Act, record
from tierline.domain.articles import ArticleMove, ArticleState, NothingNew, OwnReview, after, next_review
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.text import clean
from tierline.knowledge import policies
from tierline.knowledge.events import ArticlePublished, ArticleStale
from tierline.knowledge.models import Article, ArticleVersion
from tierline.knowledge.models.article import PROCEDURE
from tierline.knowledge.operations.indexing import index_articles
from tierline.knowledge.operations.writing import locked
from tierline.knowledge.policies import AUDIENCES, INTERNAL
from tierline.plumbing import timers
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import require_transaction

TIMER = "knowledge.review"


def submit(*, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime) -> None:
    """The latest version waits for somebody else's word. Raises NothingNew."""
    require_transaction()
    row = locked(enterprise_id, article_id, seen)
    state = after(row.state, ArticleMove.SUBMIT)
    if row.published == row.latest:
        raise NothingNew(article=row.number, version=row.latest)
    _move(actor, row, "article.submitted", at, {"version": row.latest}, state=state.value, submitted=row.latest)


def send_back(*, actor: Actor, enterprise_id: int, article_id: int, seen: int, reason: str, at: datetime) -> None:
    require_transaction()
    why = clean(reason, field="reason", limit=2000)
    row = locked(enterprise_id, article_id, seen)
    state = after(row.state, ArticleMove.SEND_BACK)
    if row.submitted is None:
        raise NothingNew(article=row.number, version=row.latest)
    facts = {"version": row.submitted, "reason": why}
    _move(actor, row, "article.sent_back", at, facts, state=state.value, submitted=None)


def publish(
    *,
    actor: Actor,
    enterprise_id: int,
    article_id: int,
    seen: int,
    at: datetime,
    audience: str | None = None,
    review_on: date | None = None,
) -> None:
    """The latest version becomes the one that readers see; the search finds it in the same instant.

    Who leads the desk may publish what was not submitted, and their own; everybody else approves what another
    wrote and submitted. Without a date the next review is due as ``domain.articles`` says.
    """
    require_transaction()
    row = locked(enterprise_id, article_id, seen)
    state = _approved(actor, row)
    if audience is not None and audience not in AUDIENCES:
        raise Invalid(field="audience", value=audience, allowed=list(AUDIENCES))
    text = ArticleVersion.objects.get(article_id=row.id, number=row.latest)
    due = review_on or _still_ahead(row, at) or next_review(at.astimezone(_zone(row)).date())
    readers = INTERNAL if row.kind == PROCEDURE else audience or row.audience
    facts = {"version": row.latest, "audience": readers, "review_on": due.isoformat()}
    _move(
        actor,
        row,
        "article.published",
        at,
        facts,
        state=state.value,
        published=row.latest,
        published_at=at,
        submitted=None,
        reviewer_id=actor.person_id,
        reviewed_at=at,
        owner_id=row.owner_id or actor.person_id,
        title=text.title,
        audience=readers,
        review_on=due,
    )
    index_articles([row])
    announce(
        ArticlePublished(
            provider_id=row.provider_id, enterprise_id=enterprise_id, at=at, article_id=row.id, version=row.latest
        )
    )


def confirm(
    *, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime, review_on: date | None = None
) -> None:
    """复审: somebody looked, and it still holds; a stale one is shown to customers again."""
    require_transaction()
    row = locked(enterprise_id, article_id, seen)
    state = after(row.state, ArticleMove.CONFIRM)
    due = review_on or next_review(at.astimezone(_zone(row)).date())
    facts = {"version": row.published, "review_on": due.isoformat()}
    changed = {"state": state.value, "reviewer_id": actor.person_id, "reviewed_at": at, "review_on": due}
    _move(actor, row, "article.confirmed", at, facts, **changed)
    index_articles([row])


def expire(*, actor: Actor, article_ids: Sequence[int], at: datetime) -> list[int]:
    """Those whose review is due are stale from now on, and their owners are told; the ids of these."""
    require_transaction()
    rows = Article.objects.select_for_update().filter(id__in=article_ids, state=ArticleState.PUBLISHED.value)
    due = [row for row in rows.order_by("id") if row.review_on and at >= _due_at(row)]
    for row in due:
        state = after(row.state, ArticleMove.EXPIRE)
        _move(actor, row, "article.stale", at, {"review_on": row.review_on.isoformat()}, state=state.value)
    index_articles(due)
    announce(
        *(
            ArticleStale(
                provider_id=row.provider_id,
                enterprise_id=row.enterprise_id,
                at=at,
                article_id=row.id,
                owner_id=row.owner_id,
            )
            for row in due
        )
    )
    return [row.id for row in due]


def retire(*, actor: Actor, enterprise_id: int, article_id: int, seen: int, at: datetime) -> None:
    """Nobody finds or cites it any more; tickets that cited it keep the link."""
    require_transaction()
    row = locked(enterprise_id, article_id, seen)
    state = after(row.state, ArticleMove.RETIRE)
    _move(actor, row, "article.retired", at, {"version": row.latest}, state=state.value, submitted=None)
    index_articles([row])


def free_articles(article_ids: Sequence[int]) -> list[int]:
    """Those that nobody is working on at this moment, locked until commit."""
    require_transaction()
    rows = Article.objects.filter(id__in=article_ids).order_by("id").select_for_update(skip_locked=True)
    return list(rows.values_list("id", flat=True))


def _approved(actor: Actor, row: Article) -> ArticleState:
    may_alone = policies.may(actor, "article.publish_own")
    state: str = row.state
    if may_alone and state == ArticleState.DRAFT:
        state = after(state, ArticleMove.SUBMIT)
    moved = after(state, ArticleMove.PUBLISH)
    if may_alone:
        return moved
    if row.submitted != row.latest:
        raise NothingNew(article=row.number, version=row.latest)
    wrote = ArticleVersion.objects.filter(article_id=row.id, number=row.latest, by_id=actor.person_id)
    if wrote.exists():
        raise OwnReview(article=row.number)
    return moved


def _move(actor: Actor, row: Article, action: str, at: datetime, facts: Mapping[str, Any], **changed: Any) -> None:
    for name, value in changed.items():
        setattr(row, name, value)
    Article.objects.filter(id=row.id).update(**changed)
    record(actor, [Act(f"article:{row.id}", action, row.enterprise_id, dict(facts))], at=at)
    _set_timer(row)


def _set_timer(row: Article) -> None:
    """The instant at which a published article grows stale, and no other."""
    waits = row.state == ArticleState.PUBLISHED and row.review_on is not None
    wanted = [timers.Wanted(row.enterprise_id, row.id, "", _due_at(row))] if waits else []
    timers.set_timers([row.id], {TIMER: wanted})


def _due_at(row: Article) -> datetime:
    """It has to be reviewed before the day: the first instant of it, on the enterprise's clock, is too late."""
    assert row.review_on is not None
    return datetime.combine(row.review_on, time(), tzinfo=_zone(row))


def _still_ahead(row: Article, at: datetime) -> date | None:
    return row.review_on if row.review_on is not None and _due_at(row) > at else None


def _zone(row: Article) -> ZoneInfo:
    try:
        return ZoneInfo(accounts.enterprise(row.enterprise_id).zone)
    except NotFound:
        return ZoneInfo("UTC")
