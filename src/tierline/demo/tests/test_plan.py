"""The plan of the demo: believable in numbers, and the same whenever it is made anew."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from tierline.demo.fresh import told
from tierline.demo.hours import day_of, in_office, seated
from tierline.demo.plan import Stories, plan

NOW = datetime(2026, 3, 2, 6, 32, tzinfo=UTC)
DAYS = 92


def test_the_same_seed_and_start_tell_the_same_story() -> None:
    one, again, other = plan(now=NOW, days=5), plan(now=NOW, days=5), plan(now=NOW, days=5, seed="two")
    assert _said(one) == _said(again)
    assert _said(one) != _said(other)


def test_about_25_tickets_a_day_at_working_hours() -> None:
    stories = plan(now=NOW, days=DAYS)
    cases = [case for own in stories.values() for case, _ in own]
    assert 23 <= len(cases) / DAYS <= 28
    hours = Counter(case.at.astimezone(UTC).hour for case in cases)
    assert hours[2] > 10 * hours[19], "ten in the morning and three at night, in Shanghai"


def test_the_tiers_and_priorities_are_those_of_the_reference_case() -> None:
    courses = [acts for own in plan(now=NOW, days=DAYS).values() for _, acts in own]
    deep = [sum(act.verb == "accept" for act in acts) for acts in courses]
    assert 0.12 < sum(n == 1 for n in deep) / len(deep) < 0.22
    assert 0.03 < sum(n > 1 for n in deep) / len(deep) < 0.08
    urgent = sum(act.told["impact"] == "significant" for acts in courses for act in acts if act.verb == "prioritise")
    assert 0 < urgent < len(courses) / 2
    seen = {act.verb for acts in courses for act in acts}
    assert {"wait", "customer", "merge", "refuse", "hand_back", "task", "finish_task", "problem", "archive"} <= seen


def test_every_story_runs_forward_and_numbers_follow_the_arrivals() -> None:
    cases = []
    for own in plan(now=NOW, days=20).values():
        for case, acts in own:
            cases.append(case)
            instants = [case.at, *(act.at for act in acts)]
            assert instants == sorted(instants)
    by_arrival = sorted(cases, key=lambda case: case.serial)
    assert [case.serial for case in by_arrival] == list(range(len(cases)))
    assert [case.at for case in by_arrival] == sorted(case.at for case in cases)


def test_without_a_past_only_the_tickets_around_now_are_there() -> None:
    stories = plan(now=NOW, days=0)
    assert sum(map(len, stories.values())) == len(told())


def test_no_slot_is_left_open() -> None:
    for own in plan(now=NOW, days=30).values():
        for case, _ in own:
            assert "{" not in case.subject + case.text


def test_the_office_opens_on_working_days() -> None:
    chance = random.Random(1)
    friday_evening = datetime(2026, 2, 27, 11, 0, tzinfo=UTC)
    assert in_office(friday_evening, chance).date() == date(2026, 3, 2)
    assert in_office(NOW, chance) == NOW
    night = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
    assert timedelta(hours=5) <= seated(night, chance) - night < timedelta(hours=6)
    assert day_of(night) == date(2026, 3, 2)


def _said(stories: Stories) -> list[object]:
    return [
        (key, case.subject, case.text, case.at, [(act.at, act.verb, act.who) for act in acts])
        for key, own in stories.items()
        for case, acts in own
    ]
