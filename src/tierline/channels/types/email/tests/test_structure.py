"""The tree of parts: broken, nested and hostile messages."""

import base64
import os
import time
from collections.abc import Callable

import pytest

from tierline.channels.base import Inbound, Raw
from tierline.channels.types.email import adapter
from tierline.channels.types.email.structure import MAX_PARTS, read_tree, uuencoded


def parsed(message: bytes) -> Inbound:
    (inbound,) = adapter.parse(Raw(message))
    return inbound


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"b", close: bytes = b"--b--\n") -> bytes:
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
    return head + b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts) + close


TEXT = b"Content-Type: text/plain\n\nhello"
HTML = b"Content-Type: text/html\n\n<p>markup</p>"
PNG = b"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\nContent-ID: <pic@x>\n\niVBORw0KGgo="
PDF = b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF-1.4"
INNER = b"Content-Type: message/rfc822\n\nSubject: inner\n\nbody"

SHAPES = [
    ("text and a file", multipart(TEXT, PDF), "hello", ["a.pdf"]),
    ("two texts are both read", multipart(TEXT, TEXT), "hello\n\nhello", []),
    ("alternatives are one text", multipart(TEXT, HTML, kind=b"alternative"), "hello", []),
    ("an alternative in HTML only", multipart(HTML, kind=b"alternative"), "markup", []),
    ("a picture of the markup is a file", multipart(HTML, PNG, kind=b"related"), "markup", ["a.png"]),
    ("no closing delimiter", multipart(TEXT, PDF, close=b""), "hello", ["a.pdf"]),
    ("no parts at all", multipart(close=b"only text\n"), "only text", []),
    ("an enclosed message is a file", multipart(TEXT, INNER), "hello", ["inner.eml"]),
    ("a message that is a message", INNER, "", ["inner.eml"]),
    ("a boundary that extends its parent's", multipart(multipart(TEXT, HTML, kind=b"alternative", boundary=b"b1",
     close=b"--b1--\n"), PDF), "hello", ["a.pdf"]),
    ("an inner multipart that never ends", multipart(multipart(TEXT, boundary=b"in", close=b""), PDF), "hello",
     ["a.pdf"]),
    ("no boundary named", b"Content-Type: multipart/mixed\n\n--x\n" + TEXT + b"\n--x\n" + PDF + b"\n--x--", "hello",
     ["a.pdf"]),
    ("a type that is none, with a boundary", b"Content-Type: ; boundary=b\n\n--b\n" + TEXT + b"\n--b--", "hello", []),
    ("CRLF", multipart(TEXT, PDF).replace(b"\n", b"\r\n"), "hello", ["a.pdf"]),
    ("CR only", multipart(TEXT, PDF).replace(b"\n", b"\r"), "hello", ["a.pdf"]),
    ("a text file is no text", multipart(TEXT, b"Content-Type: text/plain; name=log.txt\n\nlog"), "hello", ["log.txt"]),
    ("winmail.dat is kept", multipart(TEXT, b"Content-Type: application/ms-tnef; name=winmail.dat\n\n\x78\x9f\x3e\x22"),
     "hello", ["winmail.dat"]),
    ("two files of one name", multipart(TEXT, PDF, PDF), "hello", ["a.pdf", "a1.pdf"]),
]  # fmt: skip


@pytest.mark.parametrize(("message", "text", "files"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_shape(message: bytes, text: str, files: list[str]) -> None:
    inbound = parsed(message)
    assert inbound.text == text
    assert [file.name for file in inbound.attachments] == files


def test_an_inline_picture_keeps_its_content_id() -> None:
    (picture,) = parsed(multipart(HTML, PNG, kind=b"related")).attachments
    assert (picture.content_id, picture.inline, picture.sniffed_type) == ("pic@x", True, "image/png")


def test_a_stub_in_plain_text_gives_way_to_the_markup() -> None:
    long = b"Content-Type: text/html\n\n<p>" + b"All the words of the message stand here. " * 5 + b"</p>"
    message = multipart(b"Content-Type: text/plain\n\nSee the HTML part.", long, kind=b"alternative")
    assert parsed(message).text.startswith("All the words")


def test_a_cut_short_message_says_so() -> None:
    assert parsed(multipart(TEXT, close=b"")).facts["defects"] == ["no_sender", "cut_short"]


def test_uuencoded_files_leave_the_text() -> None:
    message = b"Subject: job\n\nreport below\n\nbegin 644 a.csv\n#0V%T\n`\nend\n\nbye\n"
    inbound = parsed(message)
    assert inbound.text == "report below\n\n\nbye"
    assert [(file.name, file.content) for file in inbound.attachments] == [("a.csv", b"Cat")]


def test_a_begin_without_an_end_is_text() -> None:
    assert uuencoded(b"begin 644 a.csv\n#0V%T\nand so on") == []


def test_an_uuencoded_part_is_decoded() -> None:
    part = (
        b"Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.csv\n#0V%T\n`\nend"
    )
    (file,) = parsed(multipart(TEXT, part)).attachments
    assert file.content == b"Cat"


def nested(depth: int) -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))
    return b"".join(levels) + TEXT


TRAPS: list[tuple[str, Callable[[], bytes]]] = [
    ("ten thousand levels", lambda: nested(10_000)),
    ("one boundary at every level", lambda: b"Content-Type: multipart/mixed; boundary=b\n\n" + nested(1) * 20_000),
    ("a hundred thousand parts", lambda: multipart(*[b"\nx"] * 100_000)),
    ("two hundred thousand fields", lambda: b"X: y\n" * 200_000 + b"\nbody"),
    ("a field of ten megabytes", lambda: b"Subject: " + b"a" * 10_000_000 + b"\n\nbody"),
    ("three million folds", lambda: b"Subject: a\n" + b" b\n" * 3_000_000 + b"\nbody"),
    ("a million references", lambda: b"References: " + b"<a@b> " * 1_000_000 + b"\n\nbody"),
    ("words that never end", lambda: b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nb"),
    ("open brackets", lambda: b"From: " + b"<" * 200_000 + b"\n\nb"),
    ("open comments", lambda: b"From: " + b"(" * 200_000 + b"\n\nb"),
    ("open quotes", lambda: b"From: " + b'"' * 200_001 + b"\n\nb"),
    ("parameters without end", lambda: b"Content-Type: a/b; x=" + b'";' * 100_000 + b"\n\nb"),
    ("attributions on every line", lambda: b"\n\n" + b"On Mon, Feb 1, 2016 at 6:32 PM x wrote\n" * 40_000),
    ("a colon on every line", lambda: b"Subject: x\n\n" + b"From: a@b 2024-01-01:\n" * 39_000),
    ("a rule on every line", lambda: b"Subject: x\n\n" + b"-----\nabc\n" * 19_000),
    ("quotes only", lambda: b"Subject: x\n\n" + b"> a\n" * 39_000),
    ("one line of ten megabytes", lambda: b"Subject: x\n\n" + b"a" * 10_000_000),
    ("soft breaks only", lambda: b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 600_000),
    ("NUL", lambda: b"Subject: \0a\0\n\n" + b"\0" * 1_000_000),
    ("angle brackets", lambda: b"Content-Type: text/html\n\n" + b"<" * 2_000_000),
    ("nested markup", lambda: b"Content-Type: text/html\n\n" + b"<div>" * 100_000),
    ("markup that reopens", lambda: b"Content-Type: text/html\n\n<p>" + b"".join(b"<b x=%d>" % i for i in range(1_000))
     + b"</p>" + b"<p>y</p>" * 30_000),
    ("entities only", lambda: b"Content-Type: text/html\n\n" + b"&amp;" * 280_000),
    ("open comments in markup", lambda: b"Content-Type: text/html\n\n" + b"<!--" * 300_000),
    ("open scripts", lambda: b"Content-Type: text/html\n\n" + b"<script>" * 150_000),
    ("begin lines", lambda: b"\n\n" + b"begin 644 a\n" * 300_000),
    ("padding only", lambda: b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + b"=" * 5_000_000),
    ("twenty megabytes of file", lambda: b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n"
     + base64.encodebytes(os.urandom(15_000_000))),
]  # fmt: skip


@pytest.mark.parametrize("build", [row[1] for row in TRAPS], ids=[row[0] for row in TRAPS])
def test_a_trap_takes_less_than_two_seconds(build: Callable[[], bytes]) -> None:
    message = build()
    started = time.process_time()
    parsed(message)
    assert time.process_time() - started < 2


def test_the_number_of_parts_is_bounded() -> None:
    assert sum(1 for _ in read_tree(multipart(*[TEXT] * 2_000)).walk()) <= MAX_PARTS + 1
