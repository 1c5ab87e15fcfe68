"""The worked examples of SLA.md section 2, to the microsecond."""

from datetime import datetime

import pytest

from tierline.domain.calendars import Calendar
from tierline.domain.sla import read_clocks
from tierline.domain.terms import Amount, Kind, Terms
from tierline.domain.tests.stories import micros, story

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WEEKDAYS, "sat", "sun")


def calendar(zone: str, days: tuple[str, ...], windows: list[list[str]], exceptions=None) -> Calendar:
    weekly = dict.fromkeys(days, windows)
    return Calendar.from_json({"zone": zone, "weekly": weekly, "exceptions": exceptions or {}})


BERLIN = calendar("Europe/Berlin", WEEKDAYS, [["09:00", "18:00"]])
NIGHT = calendar("America/New_York", EVERY_DAY, [["22:00", "06:00"]])
LUNCH = [["09:00", "12:00"], ["13:30", "18:00"]]
SPRING_FESTIVAL = {f"2026-02-{day}": [] for day in range(15, 24)}
SAMPLE = calendar("Asia/Shanghai", WEEKDAYS, LUNCH, {"2026-02-14": LUNCH, **SPRING_FESTIVAL})
CLOSURES_ONLY = calendar("Asia/Shanghai", WEEKDAYS, LUNCH, SPRING_FESTIVAL)

DUE = [
    ("spring DST inside a weekend", BERLIN, "2026-03-27T16:00+01:00", "8h", "2026-03-30T15:00+02:00"),
    ("the same instant in UTC", BERLIN, "2026-03-27T15:00+00:00", "8h", "2026-03-30T13:00+00:00"),
    ("the night on which an hour is missing", NIGHT, "2026-03-07T22:00-05:00", "7h", "2026-03-08T06:00-04:00"),
    ("7.5 h from that night go into the next", NIGHT, "2026-03-07T22:00-05:00", "7h 30m", "2026-03-08T22:30-04:00"),
    ("the night that has an hour twice", NIGHT, "2026-10-31T22:00-04:00", "9h", "2026-11-01T06:00-05:00"),
    ("7.5 h of that night end before it does", NIGHT, "2026-10-31T22:00-04:00", "7h 30m", "2026-11-01T04:30-05:00"),
    ("a make-up Saturday is worked", SAMPLE, "2026-02-13T17:00+08:00", "8h", "2026-02-14T17:30+08:00"),
    ("closures alone miss it", CLOSURES_ONLY, "2026-02-13T17:00+08:00", "8h", "2026-02-24T17:30+08:00"),
]


@pytest.mark.parametrize(("cal", "start", "amount", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_due(cal: Calendar, start: str, amount: str, due: str) -> None:
    a, b = datetime.fromisoformat(start), datetime.fromisoformat(due)
    assert cal.due(a, micros(amount)) == b
    assert cal.work(a, b) == micros(amount)


def test_a_pause_over_a_weekend_gives_monday_17_00_and_not_thursday_08_00() -> None:
    office = calendar("Asia/Shanghai", WEEKDAYS, [["09:00", "18:00"]])
    terms = Terms(
        calendars={"office": office},
        calendar_of={"P3": "office"},
        working="office",
        targets={(Kind.RESOLVE, "P3", None): Amount(micros=micros("8h"))},
    )
    events = story("""
        Fri 16:00  customer opens P3
        Fri 16:30  engineer replies
        Fri 17:00  waits on the customer
        +Mon 10:00  customer writes
    """)
    [resolve] = read_clocks(events, terms=terms, at=datetime.fromisoformat("2026-06-08T10:00+08:00"))
    assert resolve.due_at == datetime.fromisoformat("2026-06-08T17:00+08:00")
    assert [(s.state, s.counted) for s in resolve.segments] == [("running", micros("1h")), ("paused", 0)]
