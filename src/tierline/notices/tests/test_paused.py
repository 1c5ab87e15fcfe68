"""A webhook that was paused because its address failed: the enterprise's managers are told, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.receiver import Receiver
from tests.support.world import AT, Place
from tierline.hooks import services as hooks
from tierline.hooks.events import SubscriptionPaused
from tierline.hooks.services import Wish
from tierline.notices import handlers
from tierline.notices.tests.builders import mails, notices, text_of, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_managers_hear_of_a_pause_once_though_the_handler_runs_twice(
    home: Place, outbox: Path, receiver: Receiver
) -> None:
    boss = home.people["manager"]
    row = hooks.subscribe(actor=boss, enterprise_id=home.enterprise_id, wish=Wish(receiver.url), at=AT)
    event = SubscriptionPaused(
        provider_id=home.provider_id, enterprise_id=home.enterprise_id, at=AT, subscription_id=row.id, why="failing"
    )
    for _ in range(2):
        handlers.tell_paused(event)
    assert [(n.kind, n.ticket_id) for n in notices(home, boss)] == [("channel", None)]
    assert not notices(home, home.people["l1"])
    work(AT)
    (mail,) = mails(outbox, boss)
    assert "127.0.0.1" in mail["Subject"]
    assert "/channels" in text_of(mail)
