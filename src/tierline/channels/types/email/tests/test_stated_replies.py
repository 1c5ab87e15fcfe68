"""The reply texts that four other products' samples state: the score that the bench prints, held to its bar."""

from tests.bench.mail_reply import BAR, stated_replies
from tests.support.shared_data import shared_data


def test_nine_of_ten_stated_replies_are_exact() -> None:
    replies = list(stated_replies(shared_data("email_reply")))
    exact = sum(reply.is_exact for reply in replies)
    assert len(replies) >= 90
    assert exact >= BAR * len(replies), [reply.name for reply in replies if not reply.is_exact]
