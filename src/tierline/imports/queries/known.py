"""What was brought over before."""

from __future__ import annotations

from collections.abc import Iterable

from tierline.imports.models import ImportedCase


def known_keys(enterprise_id: int, source: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys whose case is a ticket of this enterprise already. Needs a scope."""
    rows = ImportedCase.objects.filter(enterprise_id=enterprise_id, source=source, key__in=list(keys))
    return set(rows.values_list("key", flat=True))
