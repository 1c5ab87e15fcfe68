"""This file is read before Django is set up, so the product is imported inside."""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def wired() -> Iterator[None]:
    """The room's own part of config/wiring.py, and nothing of other rooms."""
    from tierline.channels import handlers, registry
    from tierline.channels.types.email import adapter
    from tierline.desk.events import PublicMessageWritten, TicketOpened
    from tierline.plumbing import announce

    before = announce.wired()
    registry.use([adapter])
    announce.use(
        {
            TicketOpened: (handlers.acknowledge_opening,),
            PublicMessageWritten: (handlers.send_public_words,),
        }
    )
    yield
    announce.use(before)


@pytest.fixture
def outbox(tmp_path: Path, settings: object, wired: None) -> Path:
    folder = tmp_path / "outbox"
    settings.MAIL = {**settings.MAIL, "host": "", "outbox": folder}  # type: ignore[attr-defined]
    return folder
