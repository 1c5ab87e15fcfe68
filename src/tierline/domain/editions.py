"""Someone was faster: the refusal of every edit that rests on what its author saw."""

from __future__ import annotations

from tierline.domain.errors import DomainError


class StaleVersion(DomainError):
    """The row changed after the caller looked. ``seen`` is what the caller saw, ``latest`` what it is now."""

    code = "stale_version"
