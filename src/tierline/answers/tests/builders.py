"""Articles and tickets whose answer is known, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.world import AT, Place
from tierline.answers import services
from tierline.answers.models import DONE, Evaluation
from tierline.desk import services as desk
from tierline.desk.tests.builders import make_ticket
from tierline.knowledge import queries as knowledge
from tierline.knowledge import services as writing
from tierline.knowledge.operations import NewArticle
from tierline.plumbing import tenancy

BEFORE = AT - timedelta(days=30)
BODY = "换证书之后要重新授权。\n\n1. 打开「资金 › 银企直连 › 证书」\n2. 重新下载**证书**\n3. 点「重新授权」，流水会自动补拉\n"
ASKED = "银企直连更换证书之后下载不了流水，要重新授权吗"


def make_article(place: Place, title: str = "银企直连更换证书后重新授权", body: str = BODY, **told: Any) -> int:
    """Published for customers, in Chinese, unless told otherwise."""
    l1 = place.people["manager"]
    row = NewArticle(title, body, told.pop("language", "zh-hans"), audience=told.pop("audience", "customer"))
    made = writing.draft_article(actor=l1, enterprise_id=place.enterprise_id, row=row, at=BEFORE)
    with tenancy.reading(l1):
        seen = knowledge.article(made).version
    writing.publish_article(actor=l1, enterprise_id=place.enterprise_id, article_id=made, seen=seen, at=BEFORE, **told)
    return made


def make_solved(place: Place, article_id: int, n: int) -> list[Any]:
    """Tickets that asked for it in words of their own and were closed by citing it."""
    l1 = place.people["l1"]
    made = []
    for each in range(n):
        at = AT + timedelta(minutes=10 * each)
        ticket = make_ticket(place, at=at, text=f"{ASKED}，第 {each} 家")
        seen = {ticket.id: ticket.version}
        [ticket] = desk.claim_tickets(actor=l1, seen=seen, at=at + timedelta(minutes=1))
        [ticket] = desk.resolve_tickets(
            actor=l1,
            seen={ticket.id: ticket.version},
            cause="certificate",
            resolution="按文章处理",
            reply="您好，请按文章重新授权。",
            article=article_id,
            at=at + timedelta(minutes=5),
        )
        made.append(ticket)
    return made


def make_proven(place: Place, *, hits: int = 200, n: int = 200) -> Evaluation:
    """An evaluation in use that found the search right ``hits`` times of ``n``, and sure of all that it covers."""
    with tenancy.reading(place.people["manager"]):
        row = Evaluation.objects.create(
            provider_id=place.system.provider_id,
            enterprise_id=place.enterprise_id,
            state=DONE,
            total=2 * n,
            done=2 * n,
            curve=[[0.0, 0.0], [0.3, 0.97], [1.0, 0.99]],
            points=[[0.97, 1.0, hits, n]],
            threshold=0.95,
            hits=hits,
            n=n,
            asked_by_id=place.people["manager"].person_id,
            started_at=BEFORE,
            finished_at=BEFORE,
        )
    services.activate(actor=place.people["manager"], evaluation_id=row.id, at=BEFORE)
    return row
