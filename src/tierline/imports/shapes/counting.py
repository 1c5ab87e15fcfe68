"""Counts that several shapes take: in one pass, blanks left out of what is distinct, ``?`` being a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from tierline.imports.base import Row


class Distinct:
    """How many different values each column has."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._seen: dict[str, set[str]] = {column: set() for column in columns}

    def take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for column, seen in self._seen.items():
                if row[column]:
                    seen.add(row[column])

    def result(self) -> dict[str, int]:
        return {column: len(seen) for column, seen in self._seen.items()}


def spread(days: Sequence[float]) -> dict[str, float]:
    """Mean, median, the value that nine in ten stay below, and the greatest; three decimals."""
    ordered = sorted(days)
    if not ordered:
        return {}
    return {
        "mean": round(fmean(ordered), 3),
        "median": round(median(ordered), 3),
        "p90": round(ordered[len(ordered) * 9 // 10], 3),
        "max": round(ordered[-1], 3),
    }


def most(counts: Counter[str], limit: int | None = None) -> dict[str, int]:
    """The most frequent first; of equals the one that came first."""
    return dict(counts.most_common(limit))
