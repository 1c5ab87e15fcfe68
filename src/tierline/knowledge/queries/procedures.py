"""Who has read what binds them, in the version that binds now?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.domain.articles import READABLE
from tierline.knowledge.models import Article, Confirmation
from tierline.knowledge.models.article import PROCEDURE


@dataclass(frozen=True, slots=True)
class Procedure:
    """``read_at`` is when the asking person confirmed the version in force; None: it still asks."""

    id: int
    enterprise_id: int
    number: str
    title: str
    version: int
    published_at: datetime | None
    read_at: datetime | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One who is bound. ``version``: the newest that they ever confirmed; ``is_current``: it is the one in force."""

    person: Contact
    tier: int | None
    version: int | None
    at: datetime | None
    is_current: bool


def of_person(person_id: int | None, enterprises: Sequence[int]) -> list[Procedure]:
    """The procedures in force in these enterprises, what still asks first."""
    rows = list(
        Article.objects.filter(enterprise_id__in=enterprises, kind=PROCEDURE, state__in=READABLE).order_by("id")
    )
    said = Confirmation.objects.filter(person_id=person_id, article_id__in=[a.id for a in rows])
    read: dict[int, dict[int, datetime]] = {}
    for article_id, version, at in said.values_list("article_id", "version", "at"):
        read.setdefault(article_id, {})[version] = at
    found = [_of(a, read.get(a.id, {})) for a in rows]
    return sorted(found, key=lambda p: (p.read_at is not None, p.title))


def unread(person_id: int | None, enterprises: Sequence[int]) -> int:
    return sum(p.read_at is None for p in of_person(person_id, enterprises))


def readers(article_id: int, *, at: datetime) -> list[Reader]:
    """Everybody with a live assignment to its enterprise: who has not read the version in force first."""
    article = Article.objects.get(id=article_id)
    newest: dict[int, tuple[int, datetime]] = {}
    rows = Confirmation.objects.filter(article_id=article_id).order_by("version")
    for person_id, version, said_at in rows.values_list("person_id", "version", "at"):
        newest[person_id] = (version, said_at)
    found = []
    for person, tier in accounts.engineers(article.enterprise_id, at=at):
        version, said_at = newest.get(person.id, (None, None))
        found.append(Reader(person, tier, version, said_at, version == article.published))
    return sorted(found, key=lambda r: (r.is_current, r.person.name))


def missing(enterprises: Sequence[int], *, at: datetime) -> dict[int, tuple[int, int]]:
    """article id -> (how many have read the version in force, how many are bound)."""
    rows = Article.objects.filter(enterprise_id__in=enterprises, kind=PROCEDURE, state__in=READABLE)
    told = {}
    for article_id in rows.values_list("id", flat=True):
        bound = readers(article_id, at=at)
        told[article_id] = (sum(r.is_current for r in bound), len(bound))
    return told


def _of(a: Article, read: dict[int, datetime]) -> Procedure:
    assert a.published is not None
    before = max((v for v in read if v < a.published), default=None)
    return Procedure(
        a.id, a.enterprise_id, a.number, a.title, a.published, a.published_at, read.get(a.published), before
    )
