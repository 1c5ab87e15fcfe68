"""Replies in the styles of the mail programs that China uses; each body is our own writing."""

import pytest

from tierline.channels.types.email.separation import separate, separate_html
from tierline.channels.types.email.tests.replies import Reply, replies

REPLIES = list(replies("replies_zh.txt"))


def test_there_are_at_least_forty_cases() -> None:
    assert len(REPLIES) >= 40


@pytest.mark.parametrize("reply", REPLIES, ids=[reply.name for reply in REPLIES])
def test_chinese_reply(reply: Reply) -> None:
    said = separate_html(reply.body) if reply.is_html else separate(reply.body)
    assert said.text == reply.text
    if reply.signature is not None:
        assert said.signature == reply.signature
