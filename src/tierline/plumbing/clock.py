"""What time is it? The only place in the product that asks."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

_TEST_CLOCK = "TIERLINE_TEST_CLOCK"


def now() -> datetime:
    """The instant, aware UTC. Under ``TIERLINE_TEST_CLOCK=FILE`` it is read from that file (RFC 3339)."""
    movable = os.environ.get(_TEST_CLOCK)
    if movable:
        return datetime.fromisoformat(Path(movable).read_text().strip()).astimezone(UTC)
    return datetime.now(UTC)  # noqa: TID251 - the one clock


def is_movable() -> bool:
    return bool(os.environ.get(_TEST_CLOCK))


def pause(seconds: float) -> None:
    """Let real time pass between two looks of a polling loop; never part of a rule."""
    time.sleep(seconds)  # noqa: TID251 - the one sleep
