"""Hostile and accidental rubbish: nothing raises but Unreadable, nothing hangs, nothing unstorable comes out."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tierline.channels.base import Inbound, Raw, Unreadable
from tierline.channels.types.email import adapter
from tierline.channels.types.email.separation import Separated, separate, separate_html

# `make bars` asks for 200,000 inputs over the four tests, `make test` for 5,000.
EXAMPLES = 50_000 if os.environ.get("TIERLINE_BARS") == "1" else 1_250
HANG_SECONDS = 5
FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FIXTURES = sorted((Path(__file__).parents[1] / "fixtures").glob("*.eml"))

NAMES = st.sampled_from(
    "Subject From To Cc Date Message-ID In-Reply-To References Content-Type Content-Disposition Reply-To Auto-Submitted"
    " Content-Transfer-Encoding Content-ID Return-Path Precedence X-Tierline List-Id Received".split()
)
PIECES = st.sampled_from(
    [
        "=?utf-8?Q?=E4=BD=A0?=", "=?gb18030?B?xOM=?=", "=?x?z?", "=?", "?=", '"', "\\", "(", ")", "<", ">", ",", ";", ":",
        "@", "a@b.example", "multipart/mixed", "multipart/alternative", "multipart/report", "message/rfc822", "text/html",
        "text/plain", "image/png", "; boundary=b", "; boundary=\"b", "; charset=gbk", "; charset=utf-7", "; name*0*=x'y'%E4",
        "; filename=", "base64", "quoted-printable", "x-uuencode", "attachment", "inline", "Tue, 5 Mar 2024 14:20:33 +0800",
        "\r\n ", "\t", "\0", "\udcff", "退信", "自动回复", "-----", "99999999999999999999",
    ]
)  # fmt: skip
VALUES = st.lists(PIECES | st.text(max_size=20), max_size=6).map("".join)
FIELDS = st.lists(st.tuples(NAMES, VALUES).map(lambda pair: ": ".join(pair)), max_size=8).map("\n".join)
LINES = st.sampled_from(
    [
        "--b", "--b--", "--", "", "begin 644 a.txt", "#0V%T", "`", "end", "5L2g5aW9", "=E4=BD=A0=", "> quoted", "On 4/3/2024, A wrote:",
        "------------------ 原始邮件 ------------------", "发件人: 张三", "From: a@b.example", "Sent: today", "Subject: x", "<div>",
        "</div>", "<blockquote>", '<img src="http://x">', "<script>", "<!--", "&amp;", "| |", "________", "发自我的iPhone", "写道：",
        "Content-Type: text/html", "Content-Type: multipart/mixed; boundary=b", "Regards,", "```", "\0",
    ]
)  # fmt: skip
BODIES = st.lists(LINES | st.text(max_size=60), max_size=25).map("\n".join)


def encoded(text: str, charset: str) -> bytes:
    return text.encode(charset, "surrogateescape" if charset == "utf-8" else "replace")


MESSAGES = st.builds(
    lambda fields, body, charset: encoded(f"{fields}\n\n{body}", charset),
    FIELDS,
    BODIES,
    st.sampled_from(["utf-8", "gb18030", "latin-1", "utf-16-le"]),
).filter(bool)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A whole message of ours with bytes cut out, doubled or changed."""
    message = bytearray(draw(st.sampled_from(FIXTURES)).read_bytes())
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(message)))
        end = min(len(message), start + draw(st.integers(0, 200)))
        match draw(st.integers(0, 2)):
            case 0:
                del message[start:end]
            case 1:
                message[start:start] = message[start:end]
            case _:
                message[start:end] = draw(st.binary(max_size=40))
    return bytes(message)


def read(message: bytes) -> None:
    started = time.process_time()
    try:
        (inbound,) = adapter.parse(Raw(message))
    except Unreadable:
        return
    assert time.process_time() - started < HANG_SECONDS
    check(inbound)


def check(inbound: Inbound) -> None:
    told = [inbound.subject, inbound.text, inbound.quoted, inbound.signature, inbound.html, inbound.message_id]
    told += [str(party) for party in (inbound.sender, *inbound.to, *inbound.cc, *inbound.reply_to)]
    told += [*inbound.references, *inbound.in_reply_to, *(file.name for file in inbound.attachments)]
    told.append(json.dumps(inbound.facts, ensure_ascii=False))
    for text in told:
        text.encode("utf-8")
        assert "\0" not in text
    assert "<script" not in inbound.html
    assert inbound.sent_at is None or inbound.sent_at.utcoffset() is not None
    assert all(file.name for file in inbound.attachments)


def storable(said: Separated) -> None:
    for text in (said.text, said.quoted, said.signature):
        text.encode("utf-8")
        assert "\0" not in text


@FUZZ
@given(MESSAGES)
def test_any_message_is_read_or_unreadable(message: bytes) -> None:
    read(message)


@FUZZ
@given(damaged())
def test_any_damage_leaves_a_readable_message(message: bytes) -> None:
    read(message)


@FUZZ
@given(st.binary(max_size=2_000) | BODIES.map(lambda text: encoded(text, "utf-8")))
def test_any_bytes_are_read_or_unreadable(message: bytes) -> None:
    read(message)


@FUZZ
@given(BODIES)
def test_any_body_is_separated(body: str) -> None:
    storable(separate(body))
    storable(separate_html(body))


@pytest.mark.parametrize("body", ["", "\n\n", "\0", "\ud800", "> ", "--", "|"])
def test_the_smallest_bodies(body: str) -> None:
    storable(separate(body))
    storable(separate_html(body))
