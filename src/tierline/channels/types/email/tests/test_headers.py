"""Fields, encoded words and parameters: one row per way in which senders write them."""

import json

import pytest

from tests.support.shared_data import shared_data
from tierline.channels.types.email.headers import from_base64, parameters, read_fields, split_block, words

WORDS = [
    ("plain text stays", "Hello", "Hello"),
    ("Q and B words", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?B?5L2g?=", "Grüße你"),
    ("a character cut between two words", "=?GB2312?B?xOM=?= =?GB2312?B?usM=?=", "你好"),
    ("half a character in each word", "=?utf-8?B?5L0=?= =?utf-8?B?oA==?=", "你"),
    ("blanks beside ordinary text stay", "Re: =?utf-8?Q?=C3=BC?= x", "Re: ü x"),
    ("a question mark before an escaped byte", "=?utf-8?Q?wirklich?=C3=9C?=", "wirklich?Ü"),
    ("a question mark at the end", "=?utf-8?Q?was??=", "was?"),
    ("blanks inside a word", "=?utf-8?Q?a b?=", "a b"),
    ("an unknown charset is guessed", "=?x-unknown?Q?=C3=BC?=", "ü"),
    ("UTF-7 is refused and left as it is", "=?utf-7?Q?+ADw-?=", "=?utf-7?Q?+ADw-?="),
    ("a word without its end stays", "=?utf-8?Q?abc", "=?utf-8?Q?abc"),
    ("broken base64 gives what it can", "=?utf-8?B?5L2g5aW9Z?=", "你好"),
    ("a language tag is dropped", "=?US-ASCII*EN?Q?Keith?=", "Keith"),
    ("words without a blank between", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
]


@pytest.mark.parametrize(("text", "read"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_encoded_words(text: str, read: str) -> None:
    assert words(text) == read


PARAMETERS = [
    ("a quoted semicolon", 'attachment; filename="a;b.txt"', "attachment", {"filename": "a;b.txt"}),
    ("an unquoted blank", "attachment; filename=my report.pdf", "attachment", {"filename": "my report.pdf"}),
    ("a forgotten semicolon", "attachment filename=a.pdf", "attachment", {"filename": "a.pdf"}),
    ("an open quote", 'attachment; filename="a.pdf', "attachment", {"filename": "a.pdf"}),
    ("an encoded word", 'x/y; name="=?utf-8?B?5oql5ZGKLnBkZg==?="', "x/y", {"name": "报告.pdf"}),
    ("RFC 2231 with a charset", "x; filename*=gb18030''%B1%A8%B8%E6.doc", "x", {"filename": "报告.doc"}),
    ("RFC 2231 in pieces, out of order", 'x; n*1=b.txt; n*0="a"', "x", {"n": "ab.txt"}),
    ("the extended form wins", "x; filename=fallback; filename*=utf-8''%C3%BC", "x", {"filename": "ü"}),
    ("raw 8-bit UTF-8", 'x; name="报告.doc"', "x", {"name": "报告.doc"}),
    ("a comment", "text/plain (hello); charset=utf-8", "text/plain", {"charset": "utf-8"}),
]


@pytest.mark.parametrize(("text", "head", "pairs"), [row[1:] for row in PARAMETERS], ids=[row[0] for row in PARAMETERS])
def test_parameters(text: str, head: str, pairs: dict[str, str]) -> None:
    assert parameters(text.encode()) == (head, pairs)


# header -> why ours differs from what Stalwart reads in it
DIFFERENT = {
    "application/x-stuff": "the language of a parameter is not kept",
    "image/jpeg;\n   name=": "words that a mail program folded are joined, as in other fields",
    "inva/lid; name=": "blanks at the end of a field are no part of it",
}


def test_content_types_read_as_stalwart_expects() -> None:
    cases = json.loads(shared_data("email_raw", "stalwart", "header_cases", "content_type.json").read_text("utf-8"))
    differing = [case["header"] for case in cases if _read(case["header"]) != _expected(case["expected"])]
    assert len(cases) > 50
    assert [next((known for known in DIFFERENT if header.startswith(known)), header) for header in differing] == list(
        DIFFERENT
    )


def _read(header: str) -> tuple[str, str, dict[str, str]] | None:
    head, pairs = parameters(" ".join(header.split("\n")).strip().encode())
    main, _, sub = (piece.strip() for piece in head.lower().partition("/"))
    return (main, sub, pairs) if main else None


def _expected(told: dict[str, object] | None) -> tuple[object, object, object] | None:
    if told is None:
        return None
    attributes: list[tuple[str, str]] = told.get("attributes") or []  # type: ignore[assignment]
    return told["c_type"], told.get("c_subtype") or "", dict(attributes)


BLOCKS = [
    ("a mailbox's separator is no field", b"From a@b Mon\nSubject: x\n\nbody", b"body"),
    ("text right after the fields", b"Subject: x\nhello there\nworld", b"hello there\nworld"),
    ("a line that is no field between fields", b"Subject: x\ngarbage\nTo: a\n\nbody", b"body"),
    ("no field at all", b"just text\nmore", b"just text\nmore"),
    ("CRLF", b"Subject: x\r\n\r\nbody", b"body"),
    ("fields only", b"Subject: x", b""),
    ("an empty block", b"\nbody", b"body"),
]


@pytest.mark.parametrize(("message", "body"), [row[1:] for row in BLOCKS], ids=[row[0] for row in BLOCKS])
def test_where_the_body_starts(message: bytes, body: bytes) -> None:
    assert message[split_block(message, 0, len(message))[1] :] == body


def test_folded_fields_are_one_line() -> None:
    fields = read_fields(b"Subject: a\r\n\tb\r\n  c\r\nX: y")
    assert fields.text("subject") == "a b c"


def test_a_line_of_rubbish_does_not_end_a_folded_field() -> None:
    assert read_fields(b"To: Mary\n__\n <mary@x.example>\nX: y").text("to") == "Mary <mary@x.example>"


def test_names_ignore_case_and_controls_are_dropped() -> None:
    assert read_fields(b"SUBJECT : a\x00b\x07").text("subject") == "ab"


BASE64 = [
    ("whole", b"aGVsbG8=", b"hello"),
    ("without padding", b"aGVsbG8", b"hello"),
    ("with strange marks", b"aGV*sb\nG8=", b"hello"),
    ("pieces encoded apart", b"aGVsbG8=aGVsbG8=", b"hellohello"),
    ("one digit too many", b"aGVsbG8hZ", b"hello!"),
    ("padding before the last digit", b"aGVsbG8=d", b"hello"),
    ("nothing", b"", b""),
]


@pytest.mark.parametrize(("text", "content"), [row[1:] for row in BASE64], ids=[row[0] for row in BASE64])
def test_broken_base64(text: bytes, content: bytes) -> None:
    assert from_base64(text) == content
