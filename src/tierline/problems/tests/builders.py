"""Problems and known errors, made by the room's own verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.world import AT, Place
from tierline.problems import services


def make_problem(place: Place, *, title: str = "银行根证书更换", tickets: Sequence[int] = (), **told: Any) -> int:
    return services.record_problem(
        actor=place.people["l1"], enterprise_id=place.enterprise_id, title=title, ticket_ids=tickets, at=AT, **told
    )


def make_known_error(place: Place, problem_id: int | None = None, **told: Any) -> int:
    given = {
        "symptom": "银企直连下载流水报 CERT_VERIFY_FAILED",
        "workaround": "导入新的根证书后重启网关",
        "cause": "银行换了根证书",
        **told,
    }
    return services.record_known_error(
        actor=place.people["l1"],
        enterprise_id=place.enterprise_id,
        problem_id=problem_id or make_problem(place),
        at=AT,
        **given,
    )
