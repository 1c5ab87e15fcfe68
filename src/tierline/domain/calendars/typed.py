"""Windows as a person types them into one line, and back: ``09:00-12:00, 13:30-18:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierline.domain.calendars.windows import Window, clock_pair, read_windows
from tierline.domain.errors import Invalid

# Chinese keyboards give full-width colons and other dashes.
_PART = re.compile(r"\s*(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|～|至|到|to)\s*(\d{1,2})[:：](\d{2})\s*")
_BETWEEN = re.compile(r"[,，、;；\n]+|(?<=\d)\s+(?=\d{1,2}[:：]\d{2}\s*[-–—~～至到t])")
LINE_LIMIT = 500


def read_line(text: str, *, day: str) -> tuple[Window, ...]:
    """Nothing typed is closed. ``22:00-06:00`` ends on the next day. Raises Invalid and its kinds, naming ``day``."""
    if len(text) > LINE_LIMIT:
        raise Invalid(field="windows", day=day, value=f"{text[:40]}…")
    pairs = []
    for part in filter(str.strip, _BETWEEN.split(text)):
        match = _PART.fullmatch(part)
        if match is None:
            raise Invalid(field="windows", day=day, value=part.strip())
        pairs.append([f"{match[1]}:{match[2]}", f"{match[3]}:{match[4]}"])
    return read_windows(pairs, day=day)


def line(windows: Iterable[Window]) -> str:
    """What read_line reads back as the same windows."""
    return ", ".join("-".join(clock_pair(window)) for window in windows)
