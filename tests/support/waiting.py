"""Wait for what happens in another thread or program, not for time."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(is_so: Callable[[], object], *, within: float = 10.0) -> None:
    """Until ``is_so``; AssertionError after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)  # noqa: TID251 - another thread works
