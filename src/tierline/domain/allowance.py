"""How many calls may a key make? A bucket that refills evenly, kept as one instant (GCRA)."""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` calls at once, and after that ``per_minute`` evenly. Both at least 1."""

    per_minute: int
    burst: int

    @property
    def interval(self) -> int:
        """Nanoseconds until one more call is allowed."""
        return 60 * SECOND // self.per_minute

    @property
    def span(self) -> int:
        """Nanoseconds in which an empty bucket is full again."""
        return self.interval * self.burst


@dataclass(frozen=True, slots=True)
class Allowance:
    """``full_at`` is what must be remembered of the key. ``wait``: nanoseconds until the next call; 0 if allowed."""

    is_allowed: bool
    full_at: int
    remaining: int
    reset: int
    wait: int


def take(rate: Rate, full_at: int, *, at: int) -> Allowance:
    """One call at the instant ``at``, in nanoseconds of a clock that only goes forward.

    A refused call costs nothing. A ``full_at`` farther ahead than the span is of another clock (the machine was
    started anew) and counts as an untouched bucket.
    """
    known = at if full_at - at > rate.span else max(full_at, at)
    after = known + rate.interval
    left = rate.span - (after - at)
    if left < 0:
        return Allowance(False, known, 0, known - at, -left)
    return Allowance(True, after, left // rate.interval, after - at, 0)
