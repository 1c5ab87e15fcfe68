"""Is every process alive? Each says so in one row."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from tierline.plumbing.models import Heartbeat


def say_alive(role: str, *, at: datetime, late: timedelta) -> None:
    """``late``: how far behind its oldest due timer this process found itself."""
    Heartbeat.objects.update_or_create(
        name=f"{role}:{socket.gethostname()}:{os.getpid()}",
        defaults={"at": at, "lateness_ms": late // timedelta(milliseconds=1)},
    )
