"""The instant a date field means, in the forms that mail programs have written since 1982."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7} | {
    "cet": 1, "cest": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "bst": 1, "ist": 5.5, "jst": 9, "kst": 9, "hkt": 8,
    "msk": 3, "wat": 1, "aest": 10, "aedt": 11,
}  # fmt: skip
_TOKEN = re.compile(r"[+-]?\d{1,14}|[^\W\d_]+")
_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def instant(value: str) -> datetime | None:
    """The aware UTC instant of a Date or Received field, or ``None`` when it has no readable time.

    A missing or unknown zone counts as UTC; two-digit years up to 49 are in this century.
    """
    text = _without_comments(value[:1000].rpartition(";")[2])
    if iso := _ISO.match(text):
        zone = (iso[7] or "+0000").upper().replace("Z", "+0000").replace(":", "")
        return _at([int(iso[i] or 0) for i in range(1, 7)], zone)
    tokens = _TOKEN.findall(text)
    while tokens and tokens[0].isalpha() and tokens[0][:3].lower() not in _MONTHS:
        tokens.pop(0)
    if len(tokens) < 5:
        return None
    # "Jul 7 22:47:39 2009" (asctime) and "7 Jul 2009 22:47:39" differ in the first word only.
    is_asctime = tokens[0].isalpha()
    if is_asctime:
        year_at = next((i for i, token in enumerate(tokens[2:], 2) if re.fullmatch(r"\d{4}", token)), None)
        if year_at is None:
            return None
        tokens = [tokens[1], tokens[0], tokens[year_at], *tokens[2:year_at], *tokens[year_at + 1 :]]
    return _from_tokens(tokens)


def _from_tokens(tokens: list[str]) -> datetime | None:
    day, month_word, year_word = (token.lstrip("+-") for token in tokens[:3])
    clock = tokens[3:]
    month = _MONTHS.get(month_word[:3].lower(), int(month_word) if month_word.isdecimal() else 0)
    numbers: list[int] = []
    while clock and clock[0].isdecimal() and len(numbers) < 3:
        numbers.append(int(clock.pop(0)))
    if len(numbers) < 2 or not day.isdecimal() or not year_word.isdecimal():
        return None
    year = int(year_word)
    if len(year_word) == 2:
        year += 2000 if year < 50 else 1900
    elif len(year_word) == 3:
        year += 1900
    while clock and clock[0].lower() in ("am", "pm"):
        numbers[0] = numbers[0] % 12 + (12 if clock.pop(0).lower() == "pm" else 0)
    return _at([year, month, int(day), *numbers, *([0] if len(numbers) < 3 else [])], clock[0] if clock else "")


def _at(fields: list[int], zone: str) -> datetime | None:
    year, month, day, hour, minute, second = fields
    try:
        # 60 is a leap second; the database has none.
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(_offset(zone)))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone.lstrip("+-").isdecimal():
        number = int(zone.lstrip("+-"))
        sign = -1 if zone.startswith("-") else 1
        return sign * timedelta(hours=number // 100, minutes=number % 100)
    return timedelta(hours=_ZONES.get(zone.lower(), 0))


def _without_comments(text: str) -> str:
    out, depth = [], 0
    for mark in text:
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            out.append(mark)
    return "".join(out)
