"""操作规范: each engineer says that they have read it; a new version asks again."""

from __future__ import annotations

from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.domain.errors import NotAllowed, NotFound, StaleVersion
from tierline.knowledge.models import Article, Confirmation
from tierline.knowledge.models.article import PROCEDURE
from tierline.plumbing.actor import ENGINEER, MANAGER, Actor
from tierline.plumbing.service import service


@service
def confirm_procedure(*, actor: Actor, article_id: int, version: int, at: datetime) -> None:
    """``version`` is the one that was on the page. Raises StaleVersion when another one binds by now.

    Twice is once.
    """
    row = Article.objects.filter(id=article_id, kind=PROCEDURE).first()
    if row is None or row.published is None or row.state == "retired":
        raise NotFound(what="procedure", id=article_id)
    if actor.role not in (ENGINEER, MANAGER) or actor.person_id is None or row.enterprise_id not in actor.tiers:
        raise NotAllowed(right="procedure.confirm", role=actor.role)
    if row.published != version:
        raise StaleVersion(article=row.number, seen=version, latest=row.published)
    _, is_new = Confirmation.objects.get_or_create(
        provider_id=actor.provider_id,
        enterprise_id=row.enterprise_id,
        article_id=row.id,
        version=version,
        person_id=actor.person_id,
        defaults={"at": at},
    )
    if is_new:
        act = Act(f"article:{row.id}", "procedure.confirmed", row.enterprise_id, {"version": version})
        record(actor, [act], at=at)
