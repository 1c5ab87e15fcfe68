"""Articles in any state."""

from __future__ import annotations

from typing import Any

from tierline.accounts.tests.builders import AT, World
from tierline.knowledge import services
from tierline.knowledge.operations import NewArticle


def make_draft(world: World, title: str = "银企直连回单下载失败", body: str = "重启网关。", **fields: Any) -> int:
    row = NewArticle(title, body, **{"language": "zh-hans", **fields})
    return services.draft_article(actor=world.manager, enterprise_id=world.enterprise_id, row=row, at=AT)


def make_article(
    world: World,
    title: str = "银企直连回单下载失败",
    body: str = "重启网关。",
    *,
    audience: str = "public",
    **fields: Any,
) -> int:
    """A published one."""
    article_id = make_draft(world, title, body, audience=audience, **fields)
    services.publish_article(
        actor=world.manager, enterprise_id=world.enterprise_id, article_id=article_id, seen=1, at=AT
    )
    return article_id
