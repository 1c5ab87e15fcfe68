"""Why a clock is due when it is: rows without a gap, ending in the sum, in two zones where they differ."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tierline.domain.events import Event
from tierline.domain.sla import explain, read_clocks
from tierline.domain.terms import Terms
from tierline.domain.tests.stories import SHANGHAI, at, story
from tierline.domain.tests.test_sla_laws import LAWS, moments, stories

TERMS = Terms.default()


def told(given: str, asked: str, *, zone: str = "Asia/Shanghai") -> dict:
    events, now = story(given), at(asked)
    read = read_clocks(events, terms=TERMS, at=now)
    return {e.reading.kind: e for e in explain(read, TERMS, at=now, reader=ZoneInfo(zone), events=events)}


@LAWS
@given(stories, moments)
def test_every_second_is_accounted_for(events: list[Event], now: object) -> None:
    read = read_clocks(events, terms=TERMS, at=now)
    for each in explain(read, TERMS, at=now, reader=SHANGHAI):
        if not each.rows:
            continue
        assert each.rows[-1].total == each.reading.consumed == sum(row.counted for row in each.rows)
        assert each.rows[0].from_at == each.reading.started_at
        assert each.rows[-1].to_at == (each.reading.stopped_at or now)
        for row, following in zip(each.rows, each.rows[1:], strict=False):
            assert row.to_at == following.from_at


ZONES = [
    # what it shows, clock, the reader's zone, whether a second clock is shown
    ("at home one clock is enough", "resolve", "Asia/Shanghai", False),
    ("another name of the same hour is the same hour", "resolve", "Asia/Singapore", False),
    ("elsewhere both are shown", "resolve", "Europe/Berlin", True),
    (
        "a promise around the clock is told in the zone of the agreement's working days",
        "grading",
        "Asia/Shanghai",
        False,
    ),
]


@pytest.mark.parametrize(("kind", "zone", "two"), [row[1:] for row in ZONES], ids=[row[0] for row in ZONES])
def test_two_zones(kind: str, zone: str, two: bool) -> None:
    each = told("Mon 10:00  customer opens P3", "Mon 11:00", zone=zone)[kind]
    assert each.two_zones is two
    assert [row.two_zones for row in each.rows] == [two]


COMING = [
    # what it shows, given, asked, steps of the first response still to come
    ("all of them", "Mon 10:00  customer opens P3", "Mon 10:01", ["warn", "last_call", "breach"]),
    ("what has fallen due is behind", "Mon 10:00  customer opens P3", "Mon 13:00", ["last_call", "breach"]),
    ("a stopped clock has none", "Mon 10:00  customer opens P3\nMon 10:30  engineer replies", "Mon 11:00", []),
]


@pytest.mark.parametrize(("given", "asked", "steps"), [row[1:] for row in COMING], ids=[row[0] for row in COMING])
def test_what_comes_next(given: str, asked: str, steps: list[str]) -> None:
    assert [due.step for due in told(given, asked)["first_response"].coming] == steps


def test_a_paused_clock_says_when_it_runs_on() -> None:
    given = "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 11:00  waits until Wed 09:00"
    each = told(given, "Mon 12:00")["resolve"]
    assert [(due.step, due.at) for due in each.coming] == [("resume", at("Wed 09:00"))]


def test_a_verdict_that_was_published_otherwise_says_so() -> None:
    events = story("Mon 10:00  customer opens P3\nMon 10:30  engineer replies")
    said = {"kind": "first_response", "cycle": 1, "before": "breached", "after": "met"}
    events.append(Event(1, 3, at("Mon 16:00"), at("Mon 16:00"), "clock_restated", payload=said))
    read = read_clocks(events, terms=TERMS, at=at("Mon 17:00"))
    found = explain(read, TERMS, at=at("Mon 17:00"), reader=SHANGHAI, events=events)
    restated = {e.reading.kind: e.restated for e in found}
    assert (restated["first_response"].before, restated["first_response"].after) == ("breached", "met")
    assert restated["resolve"] is None
