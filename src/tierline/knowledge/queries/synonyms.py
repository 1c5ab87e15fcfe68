"""Which words mean the same to an enterprise?"""

from __future__ import annotations

from tierline.knowledge.models import SynonymGroup


def groups(enterprise_id: int) -> list[list[str]]:
    return list(SynonymGroup.objects.filter(enterprise_id=enterprise_id).order_by("id").values_list("words", flat=True))
