"""An event before it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """An event about to be recorded. Without ``occurred_at`` it happens at the command's instant.

    ``role``: who acted, where that is not the command's author; which person is then not known.
    """

    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    audience: str = "internal"
    occurred_at: datetime | None = None
    role: str = ""
