"""A clock that tests move: every process of a test reads the instant from one file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.world import AT


class Clock:
    def __init__(self, file: Path, at: datetime) -> None:
        self.file = file
        self.set(at)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text())

    def set(self, at: datetime) -> datetime:
        # In one step: a process that reads in between sees the old instant or the new one.
        fresh = self.file.with_suffix(".fresh")
        fresh.write_text(at.isoformat())
        fresh.replace(self.file)
        return at

    def forward(self, **amount: float) -> datetime:
        return self.set(self.at + timedelta(**amount))


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    moving = Clock(tmp_path / "clock", AT)
    monkeypatch.setenv("TIERLINE_TEST_CLOCK", str(moving.file))
    yield moving
