"""Date fields: the instant that is meant, or none."""

import json
from datetime import UTC, datetime

import pytest

from tests.support.shared_data import shared_data
from tierline.channels.types.email.dates import instant
from tierline.channels.types.email.tests.expectations import stalwart_instant
from tierline.channels.types.email.tests.test_addresses import first_field

ROWS = [
    ("RFC 5322", "Tue, 5 Mar 2024 14:20:33 +0800", "2024-03-05 06:20:33"),
    ("without the weekday", "5 Mar 2024 14:20:33 +0800", "2024-03-05 06:20:33"),
    ("without seconds", "Tue, 5 Mar 2024 14:20 +0800", "2024-03-05 06:20:00"),
    ("a named zone", "Tue, 05 Mar 2024 14:20:33 EST", "2024-03-05 19:20:33"),
    ("an unknown zone is UTC", "Tue, 05 Mar 2024 14:20:33 XYZ", "2024-03-05 14:20:33"),
    ("a zone twice", "Tue, 05 Mar 2024 14:20:33 +0100 (CET)", "2024-03-05 13:20:33"),
    ("no zone", "Tue, 05 Mar 2024 14:20:33", "2024-03-05 14:20:33"),
    ("two-digit year of this century", "5 Mar 24 14:20:33 +0000", "2024-03-05 14:20:33"),
    ("two-digit year of the last century", "5 Mar 99 14:20:33 +0000", "1999-03-05 14:20:33"),
    ("asctime", "Tue Mar  5 14:20:33 2024", "2024-03-05 14:20:33"),
    ("ISO 8601", "2024-03-05T14:20:33+08:00", "2024-03-05 06:20:33"),
    ("twelve-hour clock", "5 Mar 2024 02:20:33 PM +0000", "2024-03-05 14:20:33"),
    ("a leap second is the second before", "Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31 23:59:59"),
    ("30 February is none", "30 Feb 2024 14:20:33 +0000", None),
    ("hour 24 is none", "5 Mar 2024 24:00:00 +0000", None),
    ("no time is none", "Tue, 5 Mar 2024", None),
    ("words are none", "yesterday at noon or so", None),
    ("a year out of range is none", "5 Mar 0000 14:20:33 +0000", None),
    ("an offset beyond a day is none", "5 Mar 2024 14:20:33 +9999", None),
    ("a superscript is no number", "5 Mar 2024 14:20:² +0000", "2024-03-05 14:20:00"),
    ("nothing is none", "", None),
]


@pytest.mark.parametrize(("text", "at"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_instant(text: str, at: str | None) -> None:
    assert instant(text) == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)


def test_dates_read_as_stalwart_expects() -> None:
    cases = json.loads(shared_data("email_raw", "stalwart", "header_cases", "date.json").read_text("utf-8"))
    wrong = [
        case["header"]
        for case in cases
        if instant(first_field(case["header"])) != (stalwart_instant(case["expected"]) if case["expected"] else None)
    ]
    assert len(cases) >= 20
    assert not wrong
