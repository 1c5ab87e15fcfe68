"""A word on an answer is given once."""

from __future__ import annotations

from tierline.domain.errors import DomainError


class SaidAlready(DomainError):
    """Somebody has said already whether it was right. ``what``: answer or sample."""

    code = "answer_judged"
