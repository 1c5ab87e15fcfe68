"""Whose mail is it? The header block's word, before anything is parsed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.channels.addressing import addressed_to, plain

ROWS = [
    (
        "To and Cc in this order",
        b"Cc: c@x.example\r\nTo: A <a@x.example>, b@x.example\r\n\r\n",
        ["a@x.example", "b@x.example", "c@x.example"],
    ),
    (
        "the server comes first",
        b"To: a@x.example\nDelivered-To: z@x.example\n\n",
        ["z@x.example", "a@x.example"],
    ),
    ("folded lines", b"To: a@x.example,\r\n b@x.example\r\n\r\n", ["a@x.example", "b@x.example"]),
    ("case and detail do not count", b"TO: Support+T1-abc@X.Example\n\n", ["support@x.example"]),
    ("the body is not asked", b"Subject: x\n\nTo: a@x.example\n", []),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("head", "found"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_addresses(head: bytes, found: list[str]) -> None:
    assert addressed_to(head) == found


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_anything_can_be_asked(body: bytes) -> None:
    assert all(plain(address) == address for address in addressed_to(b"To: " + body))
