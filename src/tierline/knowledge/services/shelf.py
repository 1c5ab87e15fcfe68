"""共享: the provider's shelf holds only what an owner approved, word for word as it was redacted."""

from __future__ import annotations

from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.domain.redaction import findings, redacted
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT, clean
from tierline.knowledge import operations, policies
from tierline.knowledge.models import Article, SharedArticle, ShelfOffer
from tierline.knowledge.models.article import PROCEDURE
from tierline.knowledge.operations import NewArticle
from tierline.plumbing.actor import CLIENT, Actor
from tierline.plumbing.service import service

OFFERED, APPROVED, DECLINED, WITHDRAWN = "offered", "approved", "declined", "withdrawn"


class NotRedacted(DomainError):
    """``kinds`` of what must not leave an enterprise are still in the wording."""

    code = "not_redacted"


class AlreadyDecided(DomainError):
    """The owner has answered this offer."""

    code = "already_decided"


@service
def offer_article(*, actor: Actor, enterprise_id: int, article_id: int, title: str, body: str, at: datetime) -> int:
    """Ask the owner whether this wording may stand on the shelf. Numbers, cards, keys and addresses are masked here.

    Names of firms and people are the offering engineer's to take out: the owner reads what was left.
    """
    policies.require(actor, "shelf.offer", enterprise_id)
    row = Article.objects.filter(enterprise_id=enterprise_id, id=article_id).exclude(kind=PROCEDURE).first()
    if row is None or row.published is None or row.state == "retired":
        raise NotFound(what="article", id=article_id)
    made = ShelfOffer.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        article_id=row.id,
        version=row.published,
        title=redacted(clean(title, field="title", limit=SUBJECT_LIMIT)),
        body=redacted(clean(body, field="body", limit=TEXT_LIMIT)),
        state=OFFERED,
        offered_by_id=actor.person_id,
        offered_at=at,
    )
    record(actor, [Act(f"article:{row.id}", "shelf.offered", enterprise_id, {"offer": made.id})], at=at)
    offer_id: int = made.id
    return offer_id


@service
def decide_offer(*, actor: Actor, offer_id: int, approved: bool, at: datetime) -> str | None:
    """The owner's word: the number on the shelf, or None. Raises AlreadyDecided, NotRedacted, NotAllowed."""
    row = ShelfOffer.objects.select_for_update(of=("self",)).select_related("article").filter(id=offer_id).first()
    if row is None:
        raise NotFound(what="offer", id=offer_id)
    _require_owner(actor, row)
    if row.state != OFFERED:
        raise AlreadyDecided(offer=row.id, state=row.state)
    shared = _share(row, at) if approved else None
    ShelfOffer.objects.filter(id=row.id).update(
        state=APPROVED if approved else DECLINED,
        decided_by_id=actor.person_id,
        decided_at=at,
        shared_id=shared.id if shared else None,
    )
    action = "shelf.approved" if approved else "shelf.declined"
    record(actor, [Act(f"article:{row.article_id}", action, row.enterprise_id, {"offer": row.id})], at=at)
    return shared.number if shared else None


@service
def withdraw_offer(*, actor: Actor, offer_id: int, at: datetime) -> None:
    """The owner takes it back: it leaves the shelf; copies that others adopted are theirs."""
    rows = ShelfOffer.objects.select_for_update(of=("self",)).select_related("article")
    row = rows.filter(id=offer_id, state=APPROVED).first()
    if row is None:
        raise NotFound(what="offer", id=offer_id)
    _require_owner(actor, row)
    SharedArticle.objects.filter(id=row.shared_id).update(withdrawn_at=at)
    ShelfOffer.objects.filter(id=row.id).update(state=WITHDRAWN)
    record(actor, [Act(f"article:{row.article_id}", "shelf.withdrawn", row.enterprise_id, {"offer": row.id})], at=at)


@service
def adopt_shared(*, actor: Actor, enterprise_id: int, number: str, at: datetime) -> int:
    """A draft of one's own from the shelf; it is reviewed here like any other. Its id."""
    policies.require(actor, "shelf.adopt", enterprise_id)
    shared = SharedArticle.objects.filter(number=number, withdrawn_at=None).first()
    if shared is None:
        raise NotFound(what="shared_article", value=number)
    row = NewArticle(shared.title, shared.body, shared.language)
    return operations.draft(actor=actor, enterprise_id=enterprise_id, rows=[row], at=at)[0]


def _require_owner(actor: Actor, row: ShelfOffer) -> None:
    """The enterprise's manager, or who owns the article and did not offer it."""
    policies.require(actor, "shelf.approve", row.enterprise_id)
    owns = actor.person_id is not None and actor.person_id == row.article.owner_id != row.offered_by_id
    if actor.role != CLIENT and not owns:
        raise NotAllowed(right="shelf.approve", role=actor.role)


def _share(row: ShelfOffer, at: datetime) -> SharedArticle:
    left = sorted({f.kind for f in findings(f"{row.title}\n{row.body}")})
    if left and redacted(row.body) != row.body:
        raise NotRedacted(kinds=left)
    made: SharedArticle = SharedArticle.objects.create(
        provider_id=row.provider_id,
        number=f"SH-{row.id}",
        title=row.title,
        body=row.body,
        language=row.article.language,
        at=at,
    )
    return made
