"""Which notice leaves when, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tierline.domain.errors import Invalid
from tierline.domain.notices import (
    EndlessQuiet,
    Kind,
    Quiet,
    Rhythm,
    When,
    Wish,
    decide,
    next_digest,
    quiet_end,
)

NIGHT = Quiet(22 * 60, 7 * 60 + 30)
SHANGHAI = "Asia/Shanghai"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(*before: int, at: datetime) -> list[datetime]:
    return [at - timedelta(minutes=m) for m in before]


NOON = utc("2026-03-02T04:00")
MIDNIGHT = utc("2026-03-02T16:00")

DECISIONS = [
    # what it shows, kind, priority, when, wish, sent minutes ago, at, on duty, group minutes ago, verdict, reason, until
    (
        "nothing in the way",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        NOON,
        False,
        None,
        "now",
        "free",
        None,
    ),
    (
        "what is off stays off, P1 as well",
        Kind.WARNING,
        "P1",
        When.OFF,
        Wish(SHANGHAI),
        (),
        NOON,
        False,
        None,
        "off",
        "muted",
        None,
    ),
    (
        "P1 at night",
        Kind.PAGE,
        "P1",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        MIDNIGHT,
        False,
        None,
        "now",
        "p1",
        None,
    ),
    (
        "P1 with the budget spent",
        Kind.BREACH,
        "P1",
        When.NOW,
        Wish(SHANGHAI, budget=1),
        (5,),
        NOON,
        False,
        None,
        "now",
        "p1",
        None,
    ),
    (
        "P1 wished as a digest leaves at once",
        Kind.REPLY,
        "P1",
        When.DIGEST,
        Wish(SHANGHAI),
        (),
        NOON,
        False,
        None,
        "now",
        "p1",
        None,
    ),
    ("P1 is not grouped", Kind.BREACH, "P1", When.NOW, Wish(SHANGHAI), (), NOON, False, 1, "now", "p1", None),
    (
        "at night it waits for the morning",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        MIDNIGHT,
        False,
        None,
        "hold",
        "quiet",
        "2026-03-02T23:30",
    ),
    (
        "on duty at night an alert passes",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        MIDNIGHT,
        True,
        None,
        "now",
        "free",
        None,
    ),
    (
        "on duty at night mere news waits",
        Kind.VERIFIED,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        MIDNIGHT,
        True,
        None,
        "hold",
        "quiet",
        "2026-03-02T23:30",
    ),
    (
        "the last minute of quiet",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        utc("2026-03-01T23:29:59.999999"),
        False,
        None,
        "hold",
        "quiet",
        "2026-03-01T23:30",
    ),
    (
        "the end of quiet is loud",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        utc("2026-03-01T23:30"),
        False,
        None,
        "now",
        "free",
        None,
    ),
    (
        "the begin of quiet is quiet",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, quiet=NIGHT),
        (),
        utc("2026-03-01T14:00"),
        False,
        None,
        "hold",
        "quiet",
        "2026-03-01T23:30",
    ),
    (
        "one below the budget",
        Kind.BREACH,
        "P3",
        When.NOW,
        Wish(SHANGHAI, budget=3),
        (59, 30),
        NOON,
        False,
        None,
        "now",
        "free",
        None,
    ),
    (
        "the budget is spent",
        Kind.BREACH,
        "P3",
        When.NOW,
        Wish(SHANGHAI, budget=3),
        (59, 30, 1),
        NOON,
        False,
        None,
        "digest",
        "budget",
        "2026-03-02T05:00",
    ),
    (
        "what left an hour ago counts no more",
        Kind.BREACH,
        "P3",
        When.NOW,
        Wish(SHANGHAI, budget=3),
        (60, 30, 1),
        NOON,
        False,
        None,
        "now",
        "free",
        None,
    ),
    (
        "the daily digest",
        Kind.REPLY,
        "P3",
        When.DIGEST,
        Wish(SHANGHAI, rhythm=Rhythm.DAILY, daily_at=9 * 60),
        (),
        NOON,
        False,
        None,
        "digest",
        "digest",
        "2026-03-03T01:00",
    ),
    (
        "a digest that falls into quiet hours comes after them",
        Kind.REPLY,
        "P3",
        When.DIGEST,
        Wish(SHANGHAI, quiet=NIGHT, rhythm=Rhythm.DAILY, daily_at=6 * 60),
        (),
        NOON,
        False,
        None,
        "digest",
        "digest",
        "2026-03-02T23:30",
    ),
    (
        "an alert over the budget on a night shift waits for the hour, not for the morning",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI, budget=1, quiet=NIGHT),
        (5,),
        MIDNIGHT,
        True,
        None,
        "digest",
        "budget",
        "2026-03-02T17:00",
    ),
    (
        "the second step of a ticket waits for the group",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI),
        (2,),
        NOON,
        False,
        2,
        "hold",
        "grouped",
        "2026-03-02T04:08",
    ),
    (
        "after the group's time it is news again",
        Kind.BREACH,
        "P2",
        When.NOW,
        Wish(SHANGHAI),
        (10,),
        NOON,
        False,
        10,
        "now",
        "free",
        None,
    ),
]


@pytest.mark.parametrize(
    ("kind", "priority", "when", "wish", "sent", "at", "on_duty", "group", "verdict", "reason", "until"),
    [row[1:] for row in DECISIONS],
    ids=[row[0] for row in DECISIONS],
)
def test_decision(
    kind: Kind, priority: str, when: When, wish: Wish, sent: tuple[int, ...], at: datetime, on_duty: bool,
    group: int | None, verdict: str, reason: str, until: str | None,
) -> None:  # fmt: skip
    found = decide(
        kind=kind,
        priority=priority,
        when=when,
        wish=wish,
        sent=minutes(*sent, at=at),
        at=at,
        on_duty=on_duty,
        group_sent_at=None if group is None else at - timedelta(minutes=group),
    )
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.until == (utc(until) if until else None)


QUIET_ENDS = [
    # what it shows, zone, quiet, at (UTC), ends (UTC)
    ("over a plain midnight", SHANGHAI, NIGHT, "2026-03-02T20:00", "2026-03-02T23:30"),
    ("the night in which spring takes an hour", "Europe/Berlin", NIGHT, "2026-03-28T22:00", "2026-03-29T05:30"),
    ("the night in which autumn gives an hour", "Europe/Berlin", NIGHT, "2026-10-24T21:00", "2026-10-25T06:30"),
    (
        "an end that spring skips moves to the first valid instant",
        "America/New_York",
        Quiet(22 * 60, 150),
        "2026-03-08T04:00",
        "2026-03-08T07:00",
    ),
    (
        "of an end that autumn repeats the last counts",
        "America/New_York",
        Quiet(22 * 60, 90),
        "2026-11-01T04:00",
        "2026-11-01T06:30",
    ),
    ("half an hour of DST", "Australia/Lord_Howe", NIGHT, "2026-04-04T14:00", "2026-04-04T21:00"),
    ("a nap by day", SHANGHAI, Quiet(13 * 60, 14 * 60), "2026-03-02T05:30", "2026-03-02T06:00"),
    ("outside of it", SHANGHAI, Quiet(13 * 60, 14 * 60), "2026-03-02T06:00", None),
]


@pytest.mark.parametrize(
    ("zone", "quiet", "at", "ends"), [row[1:] for row in QUIET_ENDS], ids=[row[0] for row in QUIET_ENDS]
)
def test_quiet_end(zone: str, quiet: Quiet, at: str, ends: str | None) -> None:
    assert quiet_end(Wish(zone, quiet=quiet), utc(at)) == (utc(ends) if ends else None)


DIGESTS = [
    ("the next full hour", SHANGHAI, Rhythm.HOURLY, "2026-03-02T04:00", "2026-03-02T05:00"),
    ("the full hour of a zone that is off by 45 minutes", "Asia/Kathmandu", Rhythm.HOURLY, "2026-03-02T04:00", "2026-03-02T04:15"),
    ("daily in spring", "Europe/Berlin", Rhythm.DAILY, "2026-03-28T12:00", "2026-03-29T07:00"),
    ("daily in autumn", "Europe/Berlin", Rhythm.DAILY, "2026-10-24T12:00", "2026-10-25T08:00"),
    ("not at the very instant of the last one", SHANGHAI, Rhythm.DAILY, "2026-03-02T01:00", "2026-03-03T01:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "rhythm", "at", "next_at"), [r[1:] for r in DIGESTS], ids=[r[0] for r in DIGESTS])
def test_next_digest(zone: str, rhythm: Rhythm, at: str, next_at: str) -> None:
    assert next_digest(Wish(zone, rhythm=rhythm), utc(at)) == utc(next_at)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Quiet(60, 60), "quiet_until"),
        (lambda: Quiet(-1, 60), "quiet_from"),
        (lambda: Quiet(0, 1440), "quiet_until"),
        (lambda: Wish(SHANGHAI, budget=0), "budget"),
        (lambda: Wish(SHANGHAI, budget=201), "budget"),
        (lambda: Wish(SHANGHAI, daily_at=1440), "daily_at"),
        (lambda: Wish("Nowhere/None"), "zone"),
    ],
)
def test_wishes_that_cannot_be_kept_are_refused(wrong, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        wrong()
    assert refused.value.facts["field"] == field


def test_quiet_hours_without_an_end_have_a_name() -> None:
    with pytest.raises(EndlessQuiet):
        Quiet(8 * 60, 8 * 60)
