"""Has a process ended that is not our child? A zombie has, even where nobody ever buries it (a container's pid 1)."""

from __future__ import annotations

import time
from collections.abc import Iterable

import psutil

from tierline.plumbing.clock import pause

_LOOK_AGAIN = 0.02  # seconds


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def still_there(processes: Iterable[psutil.Process], *, within: float) -> list[psutil.Process]:
    """Those that have not ended ``within`` seconds; returns as soon as all have."""
    deadline = time.monotonic() + within
    left = list(processes)
    while True:
        left = [process for process in left if not has_ended(process)]
        if not left or time.monotonic() > deadline:
            return left
        pause(_LOOK_AGAIN)
