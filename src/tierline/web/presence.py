"""Who is on which ticket right now, as this process has heard it: memory with an end, and no table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tierline.plumbing.live import GONE, Sighting

# More open pages than a desk has; beyond it the oldest are forgotten.
LIMIT = 5000


class Presence:
    """Times are seconds of one monotonic clock, given by the caller."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int, str], tuple[float, Sighting]] = {}

    def note(self, sighting: Sighting, *, now: float) -> None:
        key = (sighting.id, sighting.person, sighting.page)
        self._seen.pop(key, None)
        if sighting.state != GONE:
            self._seen[key] = (now + sighting.expires_in, sighting)
        if len(self._seen) > LIMIT:
            del self._seen[next(iter(self._seen))]

    def present(self, *, now: float) -> Iterator[Sighting]:
        """Everybody whose word still holds, with the seconds that it does."""
        for key, (until, sighting) in list(self._seen.items()):
            if until <= now:
                del self._seen[key]
            else:
                yield replace(sighting, expires_in=max(1, round(until - now)))
