"""Does knowledge help? Readings and questions; what became of the tickets is the desk's to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from tierline.domain import textmatch
from tierline.domain.clusters import clusters
from tierline.knowledge.models import Question, Reading

_QUESTIONS = 5000


@dataclass(frozen=True, slots=True)
class Use:
    """Of one article: opened by requesters, said to have helped or not, and objections nobody has looked at."""

    opened: int = 0
    helped: int = 0
    failed: int = 0
    open_objections: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same and that no article answers. ``text`` is the newest wording."""

    text: str
    count: int
    enterprise_id: int
    last_at: datetime
    question_ids: tuple[int, ...] = field(repr=False, default=())


def uses(article_ids: Sequence[int], *, since: datetime) -> Mapping[int, Use]:
    rows = (
        Reading.objects.filter(article_id__in=article_ids, at__gte=since)
        .values_list("article_id")
        .annotate(
            n_opened=Count("id"),
            n_helped=Count("id", filter=Q(helped=True)),
            n_failed=Count("id", filter=Q(helped=False)),
            n_open=Count("id", filter=Q(helped=False, is_settled=False)),
        )
    )
    return {row[0]: Use(*row[1:]) for row in rows}


def readings(article_ids: Sequence[int], *, since: datetime) -> list[tuple[int, int, datetime]]:
    """(article, person, when) of each reading by somebody who is known."""
    rows = Reading.objects.filter(article_id__in=article_ids, at__gte=since).exclude(person_id=None)
    return list(rows.values_list("article_id", "person_id", "at"))


def reading_days(article_id: int, *, since: datetime) -> list[datetime]:
    return list(Reading.objects.filter(article_id=article_id, at__gte=since).values_list("at", flat=True))


def objections(article_id: int) -> list[tuple[str, datetime]]:
    """What readers whom it did not help said, the newest first, until somebody has looked at it."""
    rows = Reading.objects.filter(article_id=article_id, helped=False, is_settled=False).order_by("-at")
    return list(rows.values_list("why", "at")[:20])


def objected(enterprises: Sequence[int]) -> list[int]:
    """Articles with objections that nobody has looked at."""
    rows = Reading.objects.filter(enterprise_id__in=enterprises, helped=False, is_settled=False)
    return sorted(set(rows.values_list("article_id", flat=True)))


def gaps(enterprises: Sequence[int], *, since: datetime, limit: int = 20) -> list[Gap]:
    """The largest groups of questions without an answer since then; never over the border of an enterprise."""
    rows = Question.objects.filter(enterprise_id__in=enterprises, state="open", at__gte=since).order_by("-at")
    by_house: dict[int, list[Question]] = {}
    for row in rows[:_QUESTIONS]:
        by_house.setdefault(row.enterprise_id, []).append(row)
    found = [gap for house, asked in by_house.items() for gap in _clustered(house, asked)]
    return sorted(found, key=lambda g: (-g.count, -g.last_at.timestamp()))[:limit]


def _clustered(enterprise_id: int, asked: Sequence[Question]) -> list[Gap]:
    groups = clusters([set(textmatch.tokens(q.text)) for q in asked])
    return [
        Gap(
            asked[group[0]].text,
            len(group),
            enterprise_id,
            max(asked[n].at for n in group),
            tuple(asked[n].id for n in group),
        )
        for group in groups
    ]
