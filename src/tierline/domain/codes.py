"""Is this a stored code? Lowercase words that people name things by and programs match on."""

from __future__ import annotations

import re

from tierline.domain.errors import Invalid
from tierline.domain.text import clean

_CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
LIMIT = 60


def code(value: object, *, field: str = "code") -> str:
    """``value`` when it is lowercase ASCII words joined by ``-`` or ``_``, at most 60 characters.

    Raises Missing, TooLong, Unstorable or Invalid.
    """
    word = clean(value, field=field, limit=LIMIT)
    if not _CODE.fullmatch(word):
        raise Invalid(field=field, value=word)
    return word
