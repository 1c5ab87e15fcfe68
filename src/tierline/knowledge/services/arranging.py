"""Synonyms, files, and reading everything anew into the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, Missing
from tierline.domain.filetypes import sniffed_type
from tierline.domain.text import clean
from tierline.knowledge import policies
from tierline.knowledge.models import Article, ArticleFile, SynonymGroup
from tierline.knowledge.operations.indexing import index_articles
from tierline.knowledge.operations.writing import locked
from tierline.plumbing import store
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

FILE_LIMIT = 20 << 20
GROUPS, WORDS, WORD_LIMIT = 500, 12, 60
_BATCH = 500


@service
def write_synonyms(*, actor: Actor, enterprise_id: int, groups: Sequence[Sequence[str]], at: datetime) -> None:
    """All groups of the enterprise, in place of those before."""
    policies.require(actor, "synonyms.write", enterprise_id)
    tidy = [_group(group) for group in groups]
    if len(tidy) > GROUPS:
        raise Invalid(field="synonyms", limit=GROUPS)
    SynonymGroup.objects.filter(enterprise_id=enterprise_id).delete()
    SynonymGroup.objects.bulk_create(
        SynonymGroup(
            provider_id=actor.provider_id, enterprise_id=enterprise_id, words=words, by_id=actor.person_id, at=at
        )
        for words in tidy
    )
    facts = {"groups": len(tidy)}
    record(actor, [Act(f"enterprise:{enterprise_id}", "synonyms.written", enterprise_id, facts)], at=at)


def keep_file(
    *, actor: Actor, enterprise_id: int, article_id: int, name: str, chunks: Iterable[bytes], at: datetime
) -> int:
    """Stored by its content before the transaction, as with tickets. The type is what its bytes say."""
    policies.require(actor, "article.draft", enterprise_id)
    stored = store.put(chunks, limit=FILE_LIMIT)
    return _keep_file(actor=actor, enterprise_id=enterprise_id, article_id=article_id, name=name, stored=stored, at=at)


@service
def _keep_file(
    *, actor: Actor, enterprise_id: int, article_id: int, name: str, stored: store.Stored, at: datetime
) -> int:
    row = locked(enterprise_id, article_id)
    said = clean(name.replace("/", "_").replace("\\", "_"), field="name", limit=255).strip()
    if stored.size == 0:
        raise Invalid(field="file", value="empty")
    made = ArticleFile.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        article_id=row.id,
        name=said,
        media_type=sniffed_type(stored.head),
        size=stored.size,
        sha256=stored.sha256,
        by_id=actor.person_id,
        at=at,
    )
    facts = {"file": made.id, "sha256": stored.sha256}
    record(actor, [Act(f"article:{row.id}", "article.file_kept", enterprise_id, facts)], at=at)
    file_id: int = made.id
    return file_id


def reindex_articles(*, actor: Actor, enterprise_id: int, at: datetime) -> int:
    """Every article of the enterprise read anew, some hundred in a transaction; how many."""
    done, after = 0, 0
    while ids := _reindex(actor=actor, enterprise_id=enterprise_id, after=after, at=at):
        done, after = done + len(ids), ids[-1]
    return done


@service
def _reindex(*, actor: Actor, enterprise_id: int, after: int, at: datetime) -> list[int]:
    policies.require(actor, "knowledge.import", enterprise_id)
    rows = Article.objects.filter(enterprise_id=enterprise_id, id__gt=after).order_by("id")
    part = list(islice(rows.select_for_update()[:_BATCH], _BATCH))
    index_articles(part)
    return [row.id for row in part]


def _group(group: Sequence[str]) -> list[str]:
    words = list(dict.fromkeys(clean(word, field="word", limit=WORD_LIMIT).strip() for word in group))
    if len(words) < 2:
        raise Missing(field="synonyms")
    if len(words) > WORDS:
        raise Invalid(field="synonyms", limit=WORDS)
    return words
