"""Who called how often? Counted in memory that all processes of this machine share; the database is not asked.

A table of fixed size in a mapped file: 16 bytes a key (half of its digest, and the instant at which its bucket is
full again). A lock on the key's few bytes makes the count exact over all threads and processes of one machine;
machines count each for itself. When more than 65,536 keys call within one span, a key may be forgotten and
begins anew: nobody is ever refused because of another.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from pathlib import Path

from tierline.domain.allowance import Allowance, Rate, take
from tierline.plumbing.home import home, run

_SLOTS, _NEAR = 65_536, 8
_SLOT = struct.Struct("<QQ")
_SIZE = (_SLOTS + _NEAR) * _SLOT.size


class Table:
    """The counts in one file. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size != _SIZE:
            os.ftruncate(self._file, _SIZE)
        self._memory = mmap.mmap(self._file, _SIZE)
        # Locks on a file are the process's own: its threads must take turns besides.
        self._turn = threading.Lock()

    def take(self, key: bytes, rate: Rate, *, at: int | None = None) -> Allowance:
        """One call of the key (any digest of 8 bytes or more), at ``at`` or now in monotonic nanoseconds."""
        name = int.from_bytes(key[:8], "little") | 1
        first = (name >> 1) % _SLOTS * _SLOT.size
        with self._turn:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _NEAR * _SLOT.size, first)
            try:
                instant = time.monotonic_ns() if at is None else at
                place, full_at = self._find(name, first)
                taken = take(rate, full_at, at=instant)
                _SLOT.pack_into(self._memory, place, name, taken.full_at)
                return taken
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _NEAR * _SLOT.size, first)

    def close(self) -> None:
        self._memory.close()
        os.close(self._file)

    def _find(self, name: int, first: int) -> tuple[int, int]:
        """Where the key's count is, or the place of the near one that is full again first."""
        oldest, earliest = first, 2**64
        for place in range(first, first + _NEAR * _SLOT.size, _SLOT.size):
            found, full_at = _SLOT.unpack_from(self._memory, place)
            if found == name:
                return place, full_at
            if full_at < earliest:
                oldest, earliest = place, full_at
        return oldest, 0


_opening = threading.Lock()
_table: Table | None = None


def shared() -> Table:
    """This machine's table, opened at the first call."""
    global _table
    if _table is None:
        with _opening:
            if _table is None:
                _table = Table(run(home()) / "calls")
    return _table
