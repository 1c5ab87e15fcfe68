"""What the knowledge room announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tierline.plumbing.announce import Announcement


@dataclass(frozen=True, kw_only=True)
class ArticleStale(Announcement):
    """An article's review date has come and nobody looked at it; customers do not see it until somebody does."""

    article_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(Announcement):
    """A version is the one that readers see now. Embeddings of it are made after this."""

    article_id: int
    version: int

    for_the_record: ClassVar[bool] = True
