"""iCalendar files: what is read, in whose time, within which bounds; anything else is one named refusal."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tierline.agreements.icalendar_file import (
    MOST_BYTES,
    IcalRuleUnsupported,
    IcalTooLarge,
    IcalTooManyEvents,
    IcalUnreadable,
    read,
)
from tierline.domain.calendars import Recipe, UnknownZone
from tierline.domain.calendars.busy import days_of
from tierline.domain.errors import DomainError, Invalid

ON = date(2026, 11, 22)
PLAIN = Recipe("Asia/Shanghai", (((540, 720), (810, 1080)),) * 5 + ((), ()))
HEAD, FOOT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\n", "END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:u", "SUMMARY:e", *lines, "END:VEVENT", ""])


def ics(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + FOOT).encode()


def days(content: bytes) -> dict[str, str]:
    file = read(content, zone=PLAIN.zone, on=ON)
    return {f"{on:%m-%d}": str(day.kind) + "".join(f" {a}-{b}" for a, b in day.windows) for on, day in days_of(file.occurrences, PLAIN).items()}  # fmt: skip


BERLIN = "TZID=Europe/Berlin"
READ = [
    ("a day without an end is that day", [event("DTSTART;VALUE=DATE:20261224")], {"12-24": "closed"}),
    (
        "the end of days is not one of them",
        [event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261226")],
        {"12-24": "closed", "12-25": "closed"},
    ),
    (
        "a length in days",
        [event("DTSTART;VALUE=DATE:20261224", "DURATION:P2D")],
        {"12-24": "closed", "12-25": "closed"},
    ),
    (
        "another zone's morning is our afternoon",
        [event(f"DTSTART;{BERLIN}:20261214T060000", f"DTEND;{BERLIN}:20261214T080000")],
        {"12-14": "hours 540-720 900-1080"},
    ),
    ("UTC", [event("DTSTART:20261214T010000Z", "DURATION:PT1H")], {"12-14": "hours 600-720 810-1080"}),
    ("floating is our own", [event("DTSTART:20261214T090000", "DURATION:PT1H")], {"12-14": "hours 600-720 810-1080"}),
    (
        "a Windows zone name",
        [event("DTSTART;TZID=China Standard Time:20261214T090000", "DURATION:PT1H")],
        {"12-14": "hours 600-720 810-1080"},
    ),
    (
        "a rule with an exception",
        [event("DTSTART;VALUE=DATE:20261214", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261215")],
        {"12-14": "closed", "12-16": "closed"},
    ),
    (
        "further dates",
        [event("DTSTART;VALUE=DATE:20261214", "RDATE;VALUE=DATE:20261216,20261217")],
        {"12-14": "closed", "12-16": "closed", "12-17": "closed"},
    ),
    (
        "until an instant before that day's occurrence",
        [event(f"DTSTART;{BERLIN}:20261214T060000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261215T000000Z")],
        {"12-14": "hours 540-720 840-1080"},
    ),
    (
        "one occurrence moved",
        [
            event("DTSTART;VALUE=DATE:20261214", "RRULE:FREQ=DAILY;COUNT=2"),
            event("DTSTART;VALUE=DATE:20261218", "RECURRENCE-ID;VALUE=DATE:20261215"),
        ],
        {"12-14": "closed", "12-18": "closed"},
    ),
    (
        "one occurrence moved, named in UTC",
        [
            event(f"DTSTART;{BERLIN}:20261214T060000", "DURATION:PT2H", "RRULE:FREQ=DAILY;COUNT=2"),
            event(f"DTSTART;{BERLIN}:20261218T060000", "DURATION:PT2H", "RECURRENCE-ID:20261215T050000Z"),
        ],
        {"12-14": "hours 540-720 900-1080", "12-18": "hours 540-720 900-1080"},
    ),
    (
        "one occurrence moved by somebody in another zone",
        [
            event(f"DTSTART;{BERLIN}:20261214T060000", "DURATION:PT2H", "RRULE:FREQ=DAILY;COUNT=2"),
            event(
                "DTSTART;TZID=America/New_York:20261218T000000",
                "DURATION:PT2H",
                "RECURRENCE-ID;TZID=America/New_York:20261215T000000",
            ),
        ],
        {"12-14": "hours 540-720 900-1080", "12-18": "hours 540-720 900-1080"},
    ),
    (
        "one occurrence left out in another zone",
        [
            event(
                f"DTSTART;{BERLIN}:20261214T060000",
                "DURATION:PT2H",
                "RRULE:FREQ=DAILY;COUNT=2",
                "EXDATE;TZID=America/New_York:20261215T000000",
            )
        ],
        {"12-14": "hours 540-720 900-1080"},
    ),
    (
        "one occurrence named by its day",
        [
            event(f"DTSTART;{BERLIN}:20261214T060000", "DURATION:PT2H", "RRULE:FREQ=DAILY;COUNT=2"),
            event("DTSTART;VALUE=DATE:20261218", "RECURRENCE-ID;VALUE=DATE:20261215"),
        ],
        {"12-14": "hours 540-720 900-1080", "12-18": "closed"},
    ),
    (
        "one occurrence cancelled",
        [
            event("DTSTART;VALUE=DATE:20261214", "RRULE:FREQ=DAILY;COUNT=2"),
            event("DTSTART;VALUE=DATE:20261215", "RECURRENCE-ID;VALUE=DATE:20261215", "STATUS:CANCELLED"),
        ],
        {"12-14": "closed"},
    ),
    ("cancelled", [event("DTSTART;VALUE=DATE:20261214", "STATUS:CANCELLED")], {}),
    ("free", [event("DTSTART;VALUE=DATE:20261214", "TRANSP:TRANSPARENT")], {}),
    ("it lasts no time", [event("DTSTART:20261214T090000")], {}),
    ("before this year", [event("DTSTART;VALUE=DATE:20251231")], {}),
    ("after five years", [event("DTSTART;VALUE=DATE:20310101")], {}),
    (
        "a year-long absence that began before",
        [event("DTSTART;VALUE=DATE:20251220", "DTEND;VALUE=DATE:20260103")],
        {"01-01": "closed", "01-02": "closed"},
    ),
    ("a file without events", [], {}),
    ("a task is no event", ["BEGIN:VTODO\r\nUID:1\r\nDTSTART;VALUE=DATE:20261214\r\nEND:VTODO\r\n"], {}),
    (
        "a folded line",
        ["BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:春节\r\n （班）\r\nDTSTART;VALUE=DATE:20261212\r\nEND:VEVENT\r\n"],
        {"12-12": "workday"},
    ),
]


@pytest.mark.parametrize(("parts", "found"), [r[1:] for r in READ], ids=[r[0] for r in READ])
def test_what_a_file_says(parts: list[str], found: dict[str, str]) -> None:
    assert days(ics(*parts)) == found


def test_a_rule_reaches_five_years_and_no_further() -> None:
    file = read(ics(event("DTSTART;VALUE=DATE:20200501", "RRULE:FREQ=YEARLY")), zone="UTC", on=ON)
    assert [e.starts[0].year for e in file.occurrences] == [2026, 2027, 2028, 2029, 2030]


def test_zones_that_never_end_are_refused_in_one_pass() -> None:
    """Sixty thousand beginnings: looking for the end of each of them would take minutes."""
    content = b"BEGIN:VCALENDAR\n" + b"BEGIN:VTIMEZONE\n" * 60_000
    began = time.process_time()
    with pytest.raises(IcalUnreadable):
        read(content, zone=PLAIN.zone, on=ON)
    assert time.process_time() - began < 10


def test_the_file_s_own_zone_definitions_are_not_run() -> None:
    endless = (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\n"
        "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+2359\r\nTZOFFSETTO:-2359\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    timed = event(f"DTSTART;{BERLIN}:20261214T060000", "DURATION:PT2H")
    assert days(ics(endless, timed)) == {"12-14": "hours 540-720 900-1080"}


REFUSED = [
    ("not an iCalendar", b"hello", IcalUnreadable),
    ("nothing", b"", IcalUnreadable),
    ("not text", b"\xff\xfe\x00BEGIN", IcalUnreadable),
    ("cut off", (HEAD + "BEGIN:VEVENT\r\nDTSTART:2026").encode(), IcalUnreadable),
    ("too many bytes", b"x" * (MOST_BYTES + 1), IcalTooLarge),
    ("no start", ics(event()), IcalUnreadable),
    ("two starts", ics(event("DTSTART;VALUE=DATE:20261214", "DTSTART;VALUE=DATE:20261215")), IcalUnreadable),
    ("a month 13", ics(event("DTSTART;VALUE=DATE:20261301")), IcalUnreadable),
    ("a date that ends at a time", ics(event("DTSTART;VALUE=DATE:20261214", "DTEND:20261215T010000Z")), IcalUnreadable),
    ("a zone of nowhere", ics(event("DTSTART;TZID=Mars/Olympus:20261214T060000", "DURATION:PT1H")), UnknownZone),
    (
        "every second",
        ics(event("DTSTART:20261214T060000", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")),
        IcalRuleUnsupported,
    ),
    ("by week number", ics(event("DTSTART;VALUE=DATE:20261214", "RRULE:FREQ=YEARLY;BYWEEKNO=20")), IcalRuleUnsupported),
    ("an interval of none", ics(event("DTSTART;VALUE=DATE:20261214", "RRULE:FREQ=DAILY;INTERVAL=0")), IcalUnreadable),
    ("too many events", ics(event("DTSTART;VALUE=DATE:20261214") * 5_001), IcalTooManyEvents),
    (
        "too many occurrences",
        ics(event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY") * 4),
        IcalTooManyEvents,
    ),
]


@pytest.mark.parametrize(("content", "error"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_file_that_is_refused(content: bytes, error: type[Invalid]) -> None:
    with pytest.raises(error) as refused:
        read(content, zone="Asia/Shanghai", on=ON)
    assert type(refused.value) is error


_VALUES = st.sampled_from(
    ["20261214", "20261214T060000", "20261214T060000Z", "00010101", "99991231", "99991231T235959Z", "x", "", "20260230"]
)
_LINES = st.one_of(
    st.builds("DTSTART:{}".format, _VALUES),
    st.builds("DTSTART;VALUE=DATE:{}".format, _VALUES),
    st.builds("DTEND:{}".format, _VALUES),
    st.builds("DTEND;VALUE=DATE:{}".format, _VALUES),
    st.builds("DTSTART;TZID={}:{}".format, st.sampled_from(["Europe/Berlin", "../x", "", "Nowhere"]), _VALUES),
    st.builds("EXDATE:{}".format, _VALUES),
    st.builds("RDATE;VALUE=PERIOD:{}/PT1H".format, _VALUES),
    st.builds("RECURRENCE-ID:{}".format, _VALUES),
    st.builds("DURATION:{}".format, st.sampled_from(["PT1H", "-P1D", "P99999999W", "P", "PT0S"])),
    st.builds(
        "RRULE:FREQ={};{}".format,
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", ""]),
        st.sampled_from(
            ["COUNT=3", "INTERVAL=0", "INTERVAL=-1", "COUNT=x", "UNTIL=20270101", "BYDAY=6MO", "BYMONTHDAY=32", "WKST=X",
             "BYDAY=MO,1TU;BYSETPOS=-1", "BYMONTH=2;BYMONTHDAY=30;COUNT=999999999", "INTERVAL=99999"]
        ),
    ),
    st.sampled_from(["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "CATEGORIES:OPEN,x", "SUMMARY;X=\"", "BEGIN:VALARM"]),
    st.text(max_size=30).map(lambda text: text.replace("\n", " ").replace("\r", " ")),
)  # fmt: skip


@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
@example(ics(event("DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=DAILY")))
@example(ics(event("DTSTART:99991231T235959Z", "DURATION:P99999999W")))
@given(st.lists(st.lists(_LINES, max_size=5), max_size=3).map(lambda found: ics(*(event(*lines) for lines in found))))
def test_any_file_is_read_or_refused_by_name(content: bytes) -> None:
    """And what is read makes a calendar."""
    try:
        file = read(content, zone="Asia/Kathmandu", on=ON)
        made = PLAIN.with_days(days_of(file.occurrences, PLAIN))
        made.calendar()
    except DomainError as refused:
        assert refused.code != "refused"


@settings(max_examples=200, deadline=2_000)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_by_name(content: bytes) -> None:
    for given_ in (content, HEAD.encode() + content + FOOT.encode()):
        try:
            read(given_, zone="America/Sao_Paulo", on=ON)
        except DomainError as refused:
            assert refused.code != "refused"
