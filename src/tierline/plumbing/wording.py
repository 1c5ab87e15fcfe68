"""The reader's word for a code that is stored."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext


def code_word(group: str, value: Any) -> str:
    """``page.<group>.<value>`` of the catalogue; the code itself where the catalogue has none."""
    key = f"page.{group}.{value}"
    found = gettext(key)
    return str(value) if found == key else found
