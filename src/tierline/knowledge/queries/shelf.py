"""The provider's shared shelf, and what waits for an owner's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.domain import textmatch
from tierline.knowledge.models import SharedArticle, ShelfOffer


@dataclass(frozen=True, slots=True)
class SharedRow:
    number: str
    title: str
    body: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferRow:
    id: int
    enterprise_id: int
    article_id: int
    article_number: str
    title: str
    body: str
    state: str
    owner_id: int | None
    offered_by_id: int | None
    offered_at: datetime
    decided_by_id: int | None
    shared_number: str | None


def shared(text: str = "", *, limit: int = 50) -> list[SharedRow]:
    """Everything on the shelf, the newest first, or what has every word of ``text``."""
    words = set(textmatch.tokens(text))
    rows = SharedArticle.objects.filter(withdrawn_at=None).order_by("-id")[:2000]
    fits = [r for r in rows if words <= set(textmatch.tokens(f"{r.title} {r.body}"))]
    return [SharedRow(r.number, r.title, r.body, r.language, r.at) for r in fits[:limit]]


def offers(enterprises: Sequence[int], *, states: Sequence[str] = ("offered",)) -> list[OfferRow]:
    rows = ShelfOffer.objects.filter(enterprise_id__in=enterprises, state__in=states)
    return [_offer(row) for row in rows.select_related("article", "shared").order_by("-id")[:200]]


def offer_of(article_id: int) -> OfferRow | None:
    """The newest offer of an article."""
    row = ShelfOffer.objects.filter(article_id=article_id).select_related("article", "shared").order_by("-id").first()
    return _offer(row) if row else None


def _offer(row: ShelfOffer) -> OfferRow:
    return OfferRow(
        row.id,
        row.enterprise_id,
        row.article_id,
        row.article.number,
        row.title,
        row.body,
        row.state,
        row.article.owner_id,
        row.offered_by_id,
        row.offered_at,
        row.decided_by_id,
        row.shared.number if row.shared else None,
    )
