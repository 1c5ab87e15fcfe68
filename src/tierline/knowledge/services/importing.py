"""Articles from a folder: drafts to be reviewed like any other; the same folder again changes only what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tierline.domain.text import TEXT_LIMIT
from tierline.knowledge import operations, policies
from tierline.knowledge.models import Article, ArticleVersion
from tierline.knowledge.operations import NewArticle
from tierline.knowledge.policies import INTERNAL
from tierline.knowledge.queries.folder import Page
from tierline.knowledge.services.arranging import FILE_LIMIT, _keep_file
from tierline.plumbing import store
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import inside, service

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Imported:
    source: str
    number: str
    became: str


def import_page(*, actor: Actor, enterprise_id: int, page: Page, at: datetime, audience: str = INTERNAL) -> Imported:
    """One page with its pictures, in a transaction of its own. Raises what a draft raises, FileTooLarge."""
    policies.require(actor, "knowledge.import", enterprise_id)
    pictures = {name: _stored(path) for name, path in page.pictures.items()}
    return _import_page(
        actor=actor, enterprise_id=enterprise_id, page=page, pictures=pictures, audience=audience, at=at
    )


@service
def _import_page(
    *,
    actor: Actor,
    enterprise_id: int,
    page: Page,
    pictures: Mapping[str, store.Stored],
    audience: str,
    at: datetime,
) -> Imported:
    scope: dict[str, Any] = {"actor": actor, "enterprise_id": enterprise_id, "at": at}
    body = page.body[:TEXT_LIMIT]
    known = Article.objects.filter(enterprise_id=enterprise_id, source=page.source[:300]).first()
    if known is None:
        row = NewArticle(page.title, body, page.language, audience=page.told.get("audience", audience))
        made = operations.draft(rows=[row], **scope)[0]
        Article.objects.filter(id=made).update(source=page.source[:300])
        _keep(scope, made, pictures)
        return Imported(page.source, Article.objects.get(id=made).number, NEW)
    last = ArticleVersion.objects.get(article_id=known.id, number=known.latest)
    if (last.title, last.body) == (page.title, body) or known.state == "retired":
        return Imported(page.source, known.number, SAME)
    operations.revise(article_id=known.id, title=page.title, body=body, seen=known.latest, **scope)
    _keep(scope, known.id, pictures)
    return Imported(page.source, known.number, CHANGED)


def _keep(scope: Mapping[str, Any], article_id: int, pictures: Mapping[str, store.Stored]) -> None:
    for name, stored in pictures.items():
        inside(_keep_file)(article_id=article_id, name=name, stored=stored, **scope)


def _stored(path: Path) -> store.Stored:
    with path.open("rb") as file:
        return store.put(iter(lambda: file.read(1 << 20), b""), limit=FILE_LIMIT)
