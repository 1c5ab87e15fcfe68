"""Cases as other engines write them, forty of each kind: whatever the answer, each can be read."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tierline.domain.slacases import ERROR, KINDS, PASS, check_case

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MANY = 40
HOURS = [
    {day: [["09:00", "17:00"]] for day in DAYS[:5]},
    {day: [["09:00", "12:00"], ["13:00", "17:30"]] for day in DAYS[:6]},
    {day: [["22:00", "06:00"]] for day in DAYS},
    {day: [["00:00", "24:00"]] for day in DAYS},
    {"mon": [["10:00", "16:00"]], "tue": [], "sat": [["00:00", "12:00"]]},
    {"sun": [["23:00", "24:00"]], "wed": [["08:00", "08:30"], ["08:30", "09:00"]]},
]
HOLIDAYS = [[], ["2026-03-30"], ["2026-03-29", "2026-04-06", "2026-12-25"]]
BREAKS = [{}, {"2026-03-31": [["09:30", "10:00"]]}, {"2026-03-28": [["00:30", "02:00"], ["23:00", "24:00"]]}]
OVERRIDES = [
    {},
    {"2026-03-29": [["09:00", "12:00"]], "2026-03-31": []},
    {"2026-03-30": [["08:00", "20:00"]], "2026-04-01": [["00:00", "24:00"]]},
]
ZONES = [
    "UTC",
    "Etc/UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Tokyo",
]
MOMENTS = [
    "2026-03-27T16:59:59Z", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T03:30:00+02:00",
    "2026-03-30T00:00:00Z", "2026-03-30T09:00:00.250000+00:00", "2026-03-31T09:45:00Z", "2026-04-05T23:59:59-07:00",
]  # fmt: skip
STATES = [
    "new",
    "open",
    "Open",
    "pending reminder",
    "pending close",
    "stalled",
    "Replied",
    "on hold",
    "resolved",
    "closed",
]
TARGETS = ["first_response_min", "response_min", "update_interval_min", "keep_in_loop_min", "resolution_min"]
SHOWN = [
    "first_response_due", "response_due", "update_due", "keep_in_loop_due", "resolution_due", "next_due", "due",
    "clock_starts", "first_responded_on", "resolved_on", "on_hold_since", "total_hold_sec", "status",
    "resolution_time_sec", "first_response_in_min", "first_response_left_min", "response_in_min", "response_left_min",
    "update_in_min", "update_left_min", "resolution_in_min", "resolution_left_min",
]  # fmt: skip


def calendar(dice: Random) -> dict[str, Any]:
    whole = {
        "timezone": dice.choice(ZONES),
        "hours": dice.choice(HOURS),
        "holidays": dice.choice(HOLIDAYS),
        "breaks": dice.choice(BREAKS),
        "date_overrides": dice.choice(OVERRIDES),
    }
    # Everything but the hours may be left out, or be null.
    for name in ("holidays", "breaks", "date_overrides"):
        if dice.random() < 0.3:
            whole[name] = None
        elif dice.random() < 0.2:
            del whole[name]
    return whole


def moments(dice: Random) -> tuple[str, str]:
    return dice.choice(MOMENTS), dice.choice(MOMENTS)


def amount(dice: Random) -> dict[str, Any]:
    return {"start": dice.choice(MOMENTS), "seconds": dice.choice((0, 1, 59, -1, 3600, -86_400, 30 * 86_400))}


def days(dice: Random) -> dict[str, Any]:
    asked: dict[str, Any] = {"start": dice.choice(MOMENTS), "days": dice.choice((0, 1, -1, 5, 30, -12))}
    return {**asked, **dice.choice(({}, {"day_rule": "opening"}, {"day_rule": "nearest_open"}))}


def between(dice: Random) -> dict[str, Any]:
    return dict(zip(("start", "end"), moments(dice), strict=True))


def periods(dice: Random) -> dict[str, Any]:
    ends = dice.choice(({"take": 0}, {"take": 1}, {"take": 9}, {"until": dice.choice(MOMENTS)}))
    return {"from": dice.choice(MOMENTS), **ends}


def story(dice: Random) -> dict[str, Any]:
    sla: dict[str, Any] = {name: dice.choice((1, 45, 120, 2400, None)) for name in dice.sample(TARGETS, 3)}
    if dice.random() < 0.3:
        sla |= {"resolution_ignored_states": ["stalled"], "response_ignored_states": ["stalled", "on hold"]}
        sla["exclude_time_in_ignored_states"] = dice.random() < 0.5
    if dice.random() < 0.3:
        sla["matches_priority"] = "A"
    said: dict[str, Any] = {"sla": sla, "events": events(dice)}
    if dice.random() < 0.6:
        said["paused_states"] = ["pending reminder", "pending close", "Replied", "on hold"]
    if dice.random() < 0.2:
        said["total_hold_sec"] = 1800
    return said


def events(dice: Random) -> list[dict[str, Any]]:
    begun = {"at": "2026-03-30T08:00:00Z", "type": "created"}
    begun |= dice.choice(({}, {"by": "customer"}, {"by": "agent"}, {"by": "none"}, {"owner_is_requester": True}))
    begun |= dice.choice(({}, {"state": "new"}, {"state": "pending reminder"}, {"priority": "A"}, {"priority": "B"}))
    told = [begun]
    for _ in range(dice.randrange(6)):
        hour, minute = dice.randrange(8, 18), dice.randrange(60)
        told.append({"at": f"2026-03-3{dice.randrange(2)}T{hour:02}:{minute:02}:00Z", **happening(dice)})
    return told


def happening(dice: Random) -> dict[str, Any]:
    return dice.choice(
        (
            {"type": "customer_message"},
            {"type": "agent_message"},
            {"type": "state", "state": dice.choice(STATES)},
            {"type": "state", "state": dice.choice(STATES), "first_response": True},
            {"type": "closed"},
            {"type": "first_response_recorded"},
            {"type": "agent_contact"},
            {"type": "customer_contact"},
            {"type": "priority", "priority": dice.choice("AB")},
            {"type": "sla_changed", "sla": dice.choice((None, {}, {"resolution_min": 30}, {"response_min": 5}))},
            {"type": "sla_changed", "resolution_min": 90},
        )
    )


def working(dice: Random) -> dict[str, Any]:
    since, until = moments(dice)
    return {"window_start": since, "window_end": until, "paused_states": ["pending reminder"], "events": events(dice)}


ASKS: dict[str, tuple[Callable[[Random], dict[str, Any]], list[str]]] = {
    "add_business_time": (amount, ["result"]),
    "subtract_business_time": (amount, ["result"]),
    "business_time_between": (between, ["seconds"]),
    "add_business_days": (days, ["result"]),
    "subtract_business_days": (days, ["result"]),
    "is_open": (lambda dice: {"at": dice.choice(MOMENTS)}, ["open", "on_holiday", "on_break"]),
    "open_periods": (periods, ["periods"]),
    "ticket_timeline": (story, SHOWN),
    "ticket_working_time": (working, ["seconds"]),
    "calendar_validation": (lambda dice: {}, ["valid"]),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("house_rules", [False, True])
def test_every_case_of_the_format_can_be_read(kind: str, house_rules: bool) -> None:
    ask, keys = ASKS[kind]
    dice = Random(kind)
    for n in range(MANY):
        asked = {"id": f"{kind}-{n}", "kind": kind, "calendar": calendar(dice), "input": ask(dice)}
        expected: dict[str, Any] = dict.fromkeys(keys, 0)
        if kind == "ticket_timeline":
            last = len(asked["input"]["events"]) - 1
            expected = {"checks": [{"after_event": dice.randrange(last + 1), **expected}], "status": ""}
        found = check_case({**asked, "expected": expected}, house_rules=house_rules)
        assert found.verdict != ERROR, (asked, found.got)


UNREADABLE: list[tuple[str, Any]] = [
    ("no hours", {"timezone": "UTC"}),
    ("hours that are null", {"timezone": "UTC", "hours": None}),
    ("hours that are a list", {"timezone": "UTC", "hours": [["09:00", "17:00"]]}),
    ("a day that is text", {"timezone": "UTC", "hours": {"mon": "09:00-17:00"}}),
    ("a day that is null", {"timezone": "UTC", "hours": {"mon": None}}),
    ("a window of three", {"timezone": "UTC", "hours": {"mon": [["09:00", "12:00", "17:00"]]}}),
    ("a window of nothing", {"timezone": "UTC", "hours": {"mon": [["09:00", "09:00"]]}}),
    ("an hour that there is not", {"timezone": "UTC", "hours": {"mon": [["09:00", "49:00"]]}}),
    ("a minute that there is not", {"timezone": "UTC", "hours": {"mon": [["09:61", "10:00"]]}}),
    ("a day that there is not", {"timezone": "UTC", "hours": {"someday": [["09:00", "17:00"]]}}),
    ("only empty days", {"timezone": "UTC", "hours": {day: [] for day in DAYS}}),
    ("no zone", {"hours": HOURS[0]}),
    ("a zone that there is not", {"timezone": "Europe/Atlantis", "hours": HOURS[0]}),
    ("a zone that is a number", {"timezone": 1, "hours": HOURS[0]}),
    ("a holiday that is no date", {"timezone": "UTC", "hours": HOURS[0], "holidays": ["tomorrow"]}),
    ("holidays that are a number", {"timezone": "UTC", "hours": HOURS[0], "holidays": 7}),
    ("a break that is no table", {"timezone": "UTC", "hours": HOURS[0], "breaks": ["09:00"]}),
    ("no calendar at all", None),
]


@pytest.mark.parametrize("value", [row[1] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_a_calendar_that_cannot_be_read_is_not_valid_and_no_error(value: Any) -> None:
    asked = {"id": "x", "kind": "calendar_validation", "calendar": value, "input": {}, "expected": {"valid": False}}
    assert check_case(asked).verdict == PASS


BACKWARDS = [("an interval that ends before it begins holds nothing", 0), ("or counts backwards", -8 * 3600)]


@pytest.mark.parametrize("seconds", [row[1] for row in BACKWARDS], ids=[row[0] for row in BACKWARDS])
def test_backwards(seconds: int) -> None:
    given = {"start": "2026-03-31T00:00:00Z", "end": "2026-03-30T00:00:00Z"}
    calendar = {"timezone": "UTC", "hours": HOURS[0]}
    asked = {"id": "x", "kind": "business_time_between", "calendar": calendar, "input": given}
    assert check_case({**asked, "expected": {"seconds": seconds}}).verdict == PASS
    assert check_case({**asked, "expected": {"seconds": seconds - 1}}).verdict != PASS
