"""Is this text fit to be stored? One gate for every word that people write."""

from __future__ import annotations

import unicodedata

from tierline.domain.errors import Invalid, Missing


class TooLong(Invalid):
    """More characters than the field takes."""

    code = "too_long"


class Unstorable(Invalid):
    """A NUL or a lone surrogate: no text that a database or a mail could carry."""

    code = "unstorable_text"


SUBJECT_LIMIT = 500
TEXT_LIMIT = 1_000_000


def clean(value: object, *, field: str, limit: int, required: bool = True) -> str:
    """``value`` in NFC, line ends as \\n. ``limit`` counts characters.

    Raises Missing when blank and required, Unstorable, TooLong; Invalid when it is no text at all.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Invalid(field=field, value=type(value).__name__)
    if len(value) > limit:
        raise TooLong(field=field, limit=limit, length=len(value))
    if not is_storable(value):
        raise Unstorable(field=field)
    tidy = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if required and not tidy.strip():
        raise Missing(field=field)
    return tidy


def is_storable(text: str) -> bool:
    """No NUL and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
