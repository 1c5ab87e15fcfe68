"""How the supervisor is told: a child's end wakes it, a request to stop becomes ``Stop``, once."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody asked us to stop: Ctrl-C, ``tierline down``, or the end of the terminal."""


class Wake:
    """Waits for the next signal: a child's end or a request to stop."""

    def __init__(self, reader: int) -> None:
        self._reader = reader
        self.is_asked_to_stop = False

    def wait(self, seconds: float | None) -> None:
        """Raises Stop also when an earlier one was lost in a destructor, where Python drops exceptions."""
        if self.is_asked_to_stop:
            raise Stop
        ready, _, _ = select.select([self._reader], [], [], seconds)
        if ready:
            os.read(self._reader, 4096)


def heed_no_more() -> None:
    """While things are being stopped nobody may interrupt it."""
    for sent in _STOPPING:
        signal.signal(sent, signal.SIG_IGN)


@contextmanager
def signals() -> Iterator[Wake]:
    """Requests to stop become Stop, once; during the stop that follows further ones are ignored."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    wake = Wake(reader)
    before = {sent: signal.getsignal(sent) for sent in (*_STOPPING, signal.SIGCHLD)}

    def stop(number: int, frame: FrameType | None) -> None:
        heed_no_more()
        wake.is_asked_to_stop = True
        raise Stop

    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    for sent in _STOPPING:
        if sent != signal.SIGHUP or before[sent] != signal.SIG_IGN:  # nohup asked for it to be ignored
            signal.signal(sent, stop)
    try:
        yield wake
    finally:
        signal.set_wakeup_fd(-1)
        for sent, handler in before.items():
            signal.signal(sent, handler)
        os.close(reader)
        os.close(writer)
