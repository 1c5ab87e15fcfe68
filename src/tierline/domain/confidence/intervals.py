"""A measured share and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

# Two-sided 95 %.
Z95 = 1.959963984540054
_DRAWS = 400
# Of Knuth's linear congruential generator (MMIX): the same rows give the same interval on every machine.
_MULTIPLIER, _INCREMENT, _MODULUS = 6364136223846793005, 1442695040888963407, 1 << 64


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``n`` with the Wilson interval of 95 %. ``value`` is None when there is nothing to count."""

    hits: int
    n: int
    value: float | None
    low: float
    high: float


def rate(hits: int, n: int) -> Rate:
    low, high = wilson(hits, n)
    return Rate(hits, n, hits / n if n else None, low, high)


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share; (0, 1) when nothing was counted."""
    if not n:
        return 0.0, 1.0
    share, zz = hits / n, z * z
    centre = (share + zz / (2 * n)) / (1 + zz / n)
    half = z * sqrt(share * (1 - share) / n + zz / (4 * n * n)) / (1 + zz / n)
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return low, high


def bootstrap(n: int, figure: Callable[[Sequence[int]], float], *, draws: int = _DRAWS) -> tuple[float, float]:
    """The 95 % percentile interval of a figure that is no share. ``figure`` takes the places of the drawn rows."""
    if n < 1:
        return 0.0, 1.0
    state, values = 1, []
    for _ in range(draws):
        drawn = []
        for _ in range(n):
            state = (state * _MULTIPLIER + _INCREMENT) % _MODULUS
            drawn.append((state >> 33) % n)
        values.append(figure(drawn))
    values.sort()
    return values[int(0.025 * (draws - 1))], values[-1 - int(0.025 * (draws - 1))]
