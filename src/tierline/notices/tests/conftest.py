"""This file is read before Django is set up, so the product is imported inside."""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def outbox(tmp_path: Path, settings: object) -> Path:
    folder = tmp_path / "outbox"
    settings.MAIL = {**settings.MAIL, "host": "", "outbox": folder}  # type: ignore[attr-defined]
    return folder


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    from tests.support.clock import Clock
    from tests.support.world import AT

    moving = Clock(tmp_path / "clock", AT)
    monkeypatch.setenv("TIERLINE_TEST_CLOCK", str(moving.file))
    return moving


@pytest.fixture
def home(db: None, clock: object) -> object:
    """An enterprise with an engineer of each tier and a manager; nobody is on shift."""
    from tests.support.world import make_place, make_provider

    return make_place(make_provider("provider"), "home", staff=("l1", "l2", "l3", "manager", "admin"))


@pytest.fixture
def receiver(settings: object) -> Iterator[object]:
    from tests.support.receiver import receiving

    settings.OUTWARD_LOOPBACK = True  # type: ignore[attr-defined]
    with receiving() as listening:
        yield listening
