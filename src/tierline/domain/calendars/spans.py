"""The open spans of a calendar over a range of dates, with running sums: work, due and their mirror by bisection."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tierline.domain.calendars.instants import DAY

# An end may lie two days after its window's date, and a zone a day from UTC: what is asked for keeps this distance
# from the first and last date built.
_MARGIN_DAYS = 4
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spans:
    """Disjoint open spans in order, true for instants from ``low`` to ``high`` (UTC microseconds).

    ``before[i]`` is the open time ahead of span i, ``through[i]`` the same including it.
    """

    low: int
    high: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    through: list[int]

    def work(self, a: int, b: int) -> int:
        """Open microseconds in [a, b), a < b."""
        i = bisect_right(self.opens, a) - 1
        # Most stretches lie inside one span.
        if i >= 0 and b <= self.closes[i]:
            return b - a
        return self.position(b) - self.position(a)

    def position(self, at: int) -> int:
        """Open microseconds ahead of ``at``, counted from the first span built."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return 0
        close = self.closes[i]
        return self.before[i] + (at if at < close else close) - self.opens[i]

    def reaches(self, position: int) -> int | None:
        """The least instant with ``position`` open microseconds ahead of it, or None beyond what was built."""
        i = bisect_left(self.through, position)
        if i == len(self.through):
            return None
        return self.opens[i] + position - self.before[i]

    def leaves(self, position: int) -> int | None:
        """The greatest instant with ``position`` open microseconds ahead of it, or None before what was built."""
        i = bisect_right(self.before, position) - 1
        if i < 0:
            return None
        return self.opens[i] + position - self.before[i]


# Covers nothing: what a calendar has before its first question.
NONE = Spans(1, 0, [], [], [], [])


def build(days: Callable[[date], Iterator[Span]], first: int, last: int) -> Spans:
    """Spans for the UTC days ``first`` to ``last`` (days since 1970). Overlaps count once, seams are closed."""
    pieces: list[Span] = []
    for number in range(first - _MARGIN_DAYS, last + _MARGIN_DAYS + 1):
        pieces.extend(days(date.fromordinal(number + _EPOCH_ORDINAL)))
    pieces.sort()
    opens: list[int] = []
    closes: list[int] = []
    for opened, closed in pieces:
        if closes and opened <= closes[-1]:
            closes[-1] = max(closes[-1], closed)
        else:
            opens.append(opened)
            closes.append(closed)
    before: list[int] = []
    through: list[int] = []
    total = 0
    for opened, closed in zip(opens, closes, strict=True):
        before.append(total)
        total += closed - opened
        through.append(total)
    return Spans(first * DAY, (last + 1) * DAY, opens, closes, before, through)
