"""A ticket told as JSON: what is read, and what is refused by name instead of being left out."""

import pytest

from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.sla import read_clocks, read_story
from tierline.domain.tests.stories import at, micros

OPENED = {"type": "opened", "at": "2026-06-01T10:00:00+08:00", "role": "requester", "payload": {"priority": "P3"}}
AGREEMENT = {"calendar_of": {"P3": "always"}, "targets": {"resolve": {"P3": {"hours": 8}}}}
SHORTER = {**AGREEMENT, "targets": {"resolve": {"P3": {"hours": 4}}}}


def resolve(value: dict, asked: str):
    told = read_story(value)
    found = read_clocks(told.events, terms=told.terms, at=at(asked), outages=told.outages)
    return next(r for r in found if r.kind == "resolve")


def test_agreements_by_number_are_the_ones_that_events_name() -> None:
    rebased = {"type": "clock_rebased", "at": "2026-06-01T11:00:00+08:00", "payload": {"agreement": 2}}
    opened = {**OPENED, "payload": {"priority": "P3", "agreement": 1}}
    value = {"agreements": {"1": AGREEMENT, "2": SHORTER}, "events": [opened, rebased]}
    assert resolve({**value, "events": [opened]}, "Mon 12:00").due_at == at("Mon 18:00")
    assert resolve(value, "Mon 12:00").due_at == at("Mon 14:00")


def test_the_files_calendar_is_the_agreements_office() -> None:
    calendar = {"zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "12:00"]]}}
    value = {"calendar": calendar, "agreement": {**AGREEMENT, "calendar_of": {"P3": "office"}}, "events": [OPENED]}
    assert resolve(value, "Mon 18:00").consumed == micros("2h")


def test_without_an_agreement_its_calendar_is_the_one_of_p3_and_p4() -> None:
    calendar = {"zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "12:00"]]}}
    assert resolve({"calendar": calendar, "events": [OPENED]}, "Mon 18:00").consumed == micros("2h")


def test_outages_are_left_out_when_the_agreement_says_so() -> None:
    outages = [["2026-06-01T11:00:00+08:00", "2026-06-01T12:00:00+08:00"]]
    value = {"agreement": {**AGREEMENT, "excludes_outages": True}, "events": [OPENED], "outages": outages}
    assert resolve(value, "Mon 13:00").consumed == micros("2h")


def test_events_keep_what_was_said_about_them() -> None:
    said = {**OPENED, "recorded_at": "2026-06-02T10:00:00+08:00", "seq": 7, "actor": 3, "channel": "mail"}
    [event] = read_story({"events": [said]}).events
    assert (event.seq, event.recorded_at, event.actor_id, event.channel) == (7, at("Tue 10:00"), 3, "mail")


def told(**change) -> dict:
    return {"agreement": AGREEMENT, "events": [{**OPENED, **change}]}


def after(type_: str, **payload) -> dict:
    return {"events": [OPENED, {"type": type_, "at": "2026-06-01T11:00:00+08:00", "payload": payload}]}


REFUSED = [
    ("not an object", [], Invalid),
    ("a misspelt key", {"events": [OPENED], "outage": []}, Invalid),
    ("no events", {"events": []}, Missing),
    ("events that are no list", {"events": "opened"}, Missing),
    ("an event that is no object", {"events": ["opened"]}, Invalid),
    ("an event without a time", told(at=None), Invalid),
    ("an event at a local time", told(at="2026-06-01T10:00:00"), Invalid),
    ("an event of no known type", told(type="sneezed"), Invalid),
    ("an event with a misspelt key", told(roll="engineer"), Invalid),
    ("a payload that is no object", told(payload=[]), Invalid),
    ("a priority that does not exist", told(payload={"priority": "P9"}), Invalid),
    ("a number that is none", told(seq="first"), Invalid),
    ("a change of priority without one", after("prioritised", reason="worsened"), Missing),
    ("a wait on nobody", after("waited"), Missing),
    ("a dismissal of nothing", after("clock_dismissed"), Missing),
    ("a rebase onto nothing", after("clock_rebased"), Missing),
    ("a tier in words", after("escalated", to="L2"), Invalid),
    ("an agreement that is no object", {"agreement": 7, "events": [OPENED]}, Invalid),
    ("agreements that are no object", {"agreements": [], "events": [OPENED]}, Invalid),
    ("an agreement with a name for a number", {"agreements": {"gold": AGREEMENT}, "events": [OPENED]}, Invalid),
    ("an outage without an end", {"events": [OPENED], "outages": [["2026-06-01T11:00:00Z"]]}, Invalid),
    ("an outage that ends before it begins",
     {"events": [OPENED], "outages": [["2026-06-01T11:00:00Z", "2026-06-01T10:00:00Z"]]}, Invalid),
]  # fmt: skip


@pytest.mark.parametrize(("value", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_story_is_refused_by_name(value, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read_story(value)
