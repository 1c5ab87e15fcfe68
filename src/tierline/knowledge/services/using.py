"""What readers did and said: articles that were opened, that helped or did not, and questions nothing answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tierline.audit.operations import Act, record
from tierline.domain import textmatch
from tierline.domain.errors import NotFound
from tierline.domain.redaction import redacted
from tierline.domain.text import clean
from tierline.knowledge import operations, policies
from tierline.knowledge.models import Article, Question, Reading
from tierline.knowledge.operations import NewArticle
from tierline.plumbing.actor import CLIENT, DEPARTMENT, GUEST, REQUESTER, Actor
from tierline.plumbing.service import service

# Below this share of a question the best article does not answer it.
ANSWERED = 0.5
_SAME = timedelta(minutes=10)
_ASKERS = (REQUESTER, GUEST, DEPARTMENT, CLIENT)


@service
def note_reading(*, actor: Actor, article_id: int, at: datetime) -> None:
    """A requester opened an article; again within ten minutes is the same reading."""
    row = Article.objects.filter(id=article_id).first()
    if row is None or row.published is None or actor.role not in _ASKERS:
        return
    again = Reading.objects.filter(article_id=row.id, person_id=actor.person_id, at__gt=at - _SAME)
    if actor.person_id is None or not again.exists():
        Reading.objects.create(
            provider_id=actor.provider_id,
            enterprise_id=row.enterprise_id,
            article_id=row.id,
            version=row.published,
            person_id=actor.person_id,
            at=at,
        )


@service
def rate_article(*, actor: Actor, article_id: int, helped: bool, at: datetime, why: str = "") -> None:
    """One word of each reader and version: the last one counts."""
    row = Article.objects.filter(id=article_id).first()
    reach = policies.visible(actor)
    if row is None or row.published is None or row.enterprise_id not in reach.enterprises:
        raise NotFound(what="article", id=article_id)
    if row.audience not in reach.audiences:
        raise NotFound(what="article", id=article_id)
    said = redacted(clean(why, field="why", limit=500, required=False).strip())[:500]
    mine = Reading.objects.filter(article_id=row.id, version=row.published, person_id=actor.person_id)
    last = mine.order_by("-at").first() if actor.person_id is not None else None
    if last is not None:
        Reading.objects.filter(id=last.id).update(helped=helped, why=said, is_settled=False)
        return
    Reading.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=row.enterprise_id,
        article_id=row.id,
        version=row.published,
        person_id=actor.person_id,
        at=at,
        helped=helped,
        why=said,
    )


@service
def settle_objections(*, actor: Actor, enterprise_id: int, article_id: int, at: datetime) -> None:
    """Whoever owns the article has looked at what readers missed in it."""
    policies.require(actor, "article.draft", enterprise_id)
    Reading.objects.filter(enterprise_id=enterprise_id, article_id=article_id, helped=False).update(is_settled=True)


@service
def note_question(*, actor: Actor, enterprise_id: int, text: str, covered: float, at: datetime) -> None:
    """A question whose best answer covers ``covered`` of it. What is answered well enough is not kept.

    Kept redacted; a sentence that is typed on takes the place of its own beginning.
    """
    asked = redacted(" ".join(text.split()))[:400]
    if covered >= ANSWERED or len(textmatch.tokens(asked)) < 2 or enterprise_id not in actor.enterprises:
        return
    last = Question.objects.filter(enterprise_id=enterprise_id, person_id=actor.person_id, at__gt=at - _SAME)
    before = last.order_by("-at").first() if actor.person_id is not None else None
    if before is not None and (asked.startswith(before.text) or before.text.startswith(asked)):
        Question.objects.filter(id=before.id).update(text=asked, covered=covered, at=at)
        return
    Question.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        person_id=actor.person_id,
        text=asked,
        covered=covered,
        at=at,
    )


@service
def draft_from_questions(
    *, actor: Actor, enterprise_id: int, question_ids: Sequence[int], language: str, at: datetime
) -> int:
    """A draft whose title is the first question and whose body lists them; they count as taken up. Its id."""
    policies.require(actor, "article.draft", enterprise_id)
    rows = list(Question.objects.filter(enterprise_id=enterprise_id, id__in=question_ids, state="open").order_by("id"))
    if not rows:
        raise NotFound(what="question")
    body = "\n".join(f"- {row.text}" for row in rows)
    row = NewArticle(rows[0].text, body, language)
    made = operations.draft(actor=actor, enterprise_id=enterprise_id, rows=[row], at=at)[0]
    Question.objects.filter(id__in=[r.id for r in rows]).update(state="drafted", article_id=made)
    return made


@service
def dismiss_questions(*, actor: Actor, enterprise_id: int, question_ids: Sequence[int], at: datetime) -> None:
    policies.require(actor, "article.draft", enterprise_id)
    rows = Question.objects.filter(enterprise_id=enterprise_id, id__in=question_ids, state="open")
    if not rows.update(state="dismissed"):
        raise NotFound(what="question")
    facts = {"questions": sorted(question_ids)}
    record(actor, [Act(f"enterprise:{enterprise_id}", "question.dismissed", enterprise_id, facts)], at=at)
