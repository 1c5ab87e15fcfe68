"""What can be found is written in the transaction of what it stands for: never found late, never left behind."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tierline.domain import textmatch
from tierline.domain.articles import READABLE, SHOWN
from tierline.domain.text import SUBJECT_LIMIT
from tierline.knowledge.models import Article, ArticleVersion, SearchEntry
from tierline.knowledge.policies import ARTICLE, INTERNAL
from tierline.plumbing import tenancy
from tierline.plumbing.service import require_transaction

# Characters of a text that are kept for snippets, and that are read for words.
BODY_LIMIT = 20_000
READ_LIMIT = 60_000
_CODES_LIMIT = 2_000
_CODE = re.compile(r"(?=.*[0-9._/:@-])[0-9a-z][0-9a-z._/:@+#-]{2,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """``subject`` is the id of what can be found; ``audience`` who may find it."""

    enterprise_id: int
    kind: str
    subject: int
    number: str
    title: str
    body: str
    changed_at: datetime
    language: str = "zh-hans"
    audience: str = INTERNAL


_PUT = """
INSERT INTO knowledge_searchentry (provider_id, enterprise_id, kind, subject, number, title, language, audience,
    body, codes, digest, tokens, changed_at)
SELECT %s, r.enterprise_id, r.kind, r.subject, r.number, r.title, r.language, r.audience, r.body, r.codes, r.digest,
    r.tokens, r.changed_at
FROM jsonb_populate_recordset(NULL::knowledge_searchentry, %s) r
ON CONFLICT (provider_id, enterprise_id, kind, subject) DO UPDATE SET number = EXCLUDED.number,
    title = EXCLUDED.title, language = EXCLUDED.language, audience = EXCLUDED.audience, body = EXCLUDED.body,
    codes = EXCLUDED.codes, digest = EXCLUDED.digest, tokens = EXCLUDED.tokens, changed_at = EXCLUDED.changed_at
"""


def put(entries: Iterable[Entry]) -> None:
    """Found from this commit on, as these words; one statement for any number of them."""
    require_transaction()
    rows = [_written(entry) for entry in entries]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_PUT, [tenancy.current().provider_id, json.dumps(rows, separators=(",", ":"))])


def drop(kind: str, subjects: Collection[int]) -> None:
    """Found no more from this commit on."""
    require_transaction()
    if subjects:
        SearchEntry.objects.filter(kind=kind, subject__in=subjects).delete()


def index_articles(articles: Sequence[Article]) -> None:
    """The published version of each that is readable; of the others nothing."""
    live = [a for a in articles if a.state in READABLE and a.published is not None and a.kind == ARTICLE]
    drop(ARTICLE, [a.id for a in articles if a not in live])
    texts = {(v.article_id, v.number): v for v in ArticleVersion.objects.filter(article_id__in=[a.id for a in live])}
    put(_of_article(a, texts[a.id, a.published]) for a in live if a.published is not None)


def _of_article(a: Article, text: ArticleVersion) -> Entry:
    """Past its review date only the team finds it."""
    audience = a.audience if a.state in SHOWN else INTERNAL
    at = a.published_at or a.created_at
    return Entry(
        a.enterprise_id, ARTICLE, a.id, a.number, text.title, text.body, at, language=a.language, audience=audience
    )


def _written(entry: Entry) -> dict[str, object]:
    title, body = entry.title[:SUBJECT_LIMIT], entry.body[:READ_LIMIT]
    return {
        "enterprise_id": entry.enterprise_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "number": entry.number,
        "title": title,
        "language": entry.language,
        "audience": entry.audience,
        "body": body[:BODY_LIMIT],
        "codes": _codes(f"{entry.number} {title} {body}"),
        "digest": hashlib.md5(f"{title}\n{body}".encode(), usedforsecurity=False).hexdigest(),
        # The number is a word of its own, so that who types it finds it.
        "tokens": textmatch.document(f"{title} {entry.number}", body),
        "changed_at": entry.changed_at.isoformat(),
    }


def _codes(text: str) -> str:
    """Codes and hosts of the text, each once, for a part of one or one that is misspelt."""
    words = dict.fromkeys(word for word in textmatch.tokens(text) if _CODE.fullmatch(word))
    return " ".join(words)[:_CODES_LIMIT]
