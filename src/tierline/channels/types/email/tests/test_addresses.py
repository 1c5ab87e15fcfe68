"""Address fields: who is meant, however it is written."""

import json

import pytest

from tests.support.shared_data import shared_data
from tierline.channels.base import Party
from tierline.channels.types.email.addresses import parties
from tierline.channels.types.email.tests.expectations import flat

ROWS = [
    ("a bare address", "a@b.example", [("", "a@b.example")]),
    ("a name", "张三 <zs@b.example>", [("张三", "zs@b.example")]),
    ("an encoded name", "=?gb18030?B?1cXI/Q==?= <zs@b.example>", [("张三", "zs@b.example")]),
    ("an encoded name in quotes", '"=?utf-8?Q?Zo=C3=AB?=" <z@b.example>', [("Zoë", "z@b.example")]),
    (
        "a comma in quotes",
        '"Doe, Jane" <j@b.example>, k@b.example',
        [("Doe, Jane", "j@b.example"), ("", "k@b.example")],
    ),
    ("semicolons part addresses too", "a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
    ("a name in a comment", "j@b.example (Jane)", [("Jane", "j@b.example")]),
    ("forgotten brackets", "Test test@example.com", [("Test", "test@example.com")]),
    ("an unclosed bracket", "A <a@b.example, C <c@d.example>", [("A", "a@b.example"), ("C", "c@d.example")]),
    ("empty brackets", '"我" <>', [("我", "")]),
    ("a source route", "<@relay.example:a@b.example>", [("", "a@b.example")]),
    ("a group is opened", "Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
    ("nobody", "undisclosed-recipients:;", []),
    ("a daemon without a domain", "MAILER-DAEMON (Mail System)", [("Mail System", "MAILER-DAEMON")]),
    ("a quoted local part", '"a b"@c.example', [("", '"a b"@c.example')]),
    ("an international address", "用户@例子.example", [("", "用户@例子.example")]),
    ("a text-direction override is dropped", "a\u202eb <x@y.example>", [("ab", "x@y.example")]),
    ("nothing", "", []),
]


@pytest.mark.parametrize(("text", "people"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_people(text: str, people: list[tuple[str, str]]) -> None:
    assert parties(text.encode()) == tuple(Party(*one) for one in people)


def test_address_fields_read_as_stalwart_expects() -> None:
    cases = json.loads(shared_data("email_raw", "stalwart", "header_cases", "address.json").read_text("utf-8"))
    differing = [
        case["header"]
        for case in cases
        if parties(first_field(case["header"])) != tuple(one for one in flat(case["expected"]) if one != Party())
    ]
    # Blanks inside an address are obsolete syntax without meaning; we drop them.
    assert differing == ["John Doe <jdoe@machine(comment).  example>\n"]
    assert len(cases) >= 30


def first_field(header: str) -> str:
    """The sample's first field, unfolded: a line that does not begin with a blank is another field."""
    lines = header.replace("\r\n", "\n").split("\n")
    kept = lines[:1]
    for line in lines[1:]:
        if not line.startswith((" ", "\t")):
            break
        kept.append(line.strip())
    return " ".join(kept)


VALID = "mailbox_valid.txt"


def test_flanker_addresses_keep_their_domain() -> None:
    lines = shared_data("email_raw", "flanker", "address_lists", VALID).read_text("utf-8").splitlines()
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#") and "@" in line]
    lost = [line for line in wanted if not any("@" in one.address for one in parties(line))]
    assert len(wanted) > 20
    assert not lost


def test_a_thousand_people_are_enough() -> None:
    assert len(parties("a@b.example," * 20_000)) == 1_000


def test_a_name_with_special_marks_is_shown_in_quotes() -> None:
    assert str(Party("Doe, Jane", "j@b.example")) == '"Doe, Jane" <j@b.example>'
    assert str(Party("张三", "zs@b.example")) == "张三 <zs@b.example>"
