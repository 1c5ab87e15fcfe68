"""Cases that ask the calendar alone: add, subtract, measure, is it open, when is it open, is it valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

from tierline.domain.calendars import SECOND, parsed, shown
from tierline.domain.errors import DomainError
from tierline.domain.slacases.days import rule_of, shifted
from tierline.domain.slacases.schedule import Schedule, read_schedule
from tierline.domain.slacases.verdict import Answer, BadCase, compared

_LEDGER_ROWS = 100


def add_business_time(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing added rolls forward to the next open moment, as the libraries do."""
    start, seconds = _start(case), _int(case, "seconds")
    if seconds < 0:
        return {"result": shown(schedule.calendar.ago(start, -seconds * SECOND))}
    if seconds == 0:
        return {"result": shown(schedule.calendar.opens_at(start))}
    return {"result": shown(schedule.calendar.due(start, seconds * SECOND))}


def subtract_business_time(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    start, seconds = _start(case), _int(case, "seconds")
    if seconds < 0:
        return {"result": shown(schedule.calendar.due(start, -seconds * SECOND))}
    if seconds == 0:
        return {"result": shown(schedule.calendar.closes_at(start))}
    return {"result": shown(schedule.calendar.ago(start, seconds * SECOND))}


def business_time_between(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    """Of an interval that ends before it begins some libraries say nothing, others count backwards: as it is asked."""
    start, end = _start(case), _at(case, "end")
    wanted = case["expected"].get("seconds")
    if end < start and isinstance(wanted, int) and wanted < 0:
        return {"seconds": -(schedule.calendar.work(end, start) // SECOND)}
    return {"seconds": schedule.calendar.work(start, end) // SECOND}


def add_business_days(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    found = shifted(schedule.calendar, _start(case), _int(case, "days"), rule=rule_of(case), is_back=False)
    return {"result": shown(found)}


def subtract_business_days(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    found = shifted(schedule.calendar, _start(case), _int(case, "days"), rule=rule_of(case), is_back=True)
    return {"result": shown(found)}


def is_open(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    at = _at(case, "at")
    return {
        "open": schedule.calendar.is_open(at),
        "on_holiday": schedule.is_on_holiday(at),
        "on_break": schedule.is_on_break(at),
    }


def open_periods(schedule: Schedule, case: Mapping[str, Any]) -> dict[str, Any]:
    """The next ``take`` periods, or those that begin before ``until``, the last one cut to it."""
    said = case["input"]
    periods = schedule.periods(_at(case, "from"))
    if said.get("until") is not None:
        until = parsed(said["until"], field="until")
        found = [(a, min(b, until)) for a, b in takewhile(lambda period: period[0] < until, periods)]
    else:
        found = [period for _, period in zip(range(_int(case, "take")), periods, strict=False)]
    if said.get("take") is not None:
        found = found[: _int(case, "take")]
    return {"periods": [[shown(a), shown(b)] for a, b in found]}


QUESTIONS: Mapping[str, Callable[[Schedule, Mapping[str, Any]], dict[str, Any]]] = {
    "add_business_time": add_business_time,
    "subtract_business_time": subtract_business_time,
    "business_time_between": business_time_between,
    "add_business_days": add_business_days,
    "subtract_business_days": subtract_business_days,
    "is_open": is_open,
    "open_periods": open_periods,
}


def answer_question(case: Mapping[str, Any]) -> Answer:
    """Raises BadCase and the errors of the calendar."""
    schedule = read_schedule(case.get("calendar"))
    told = QUESTIONS[case["kind"]](schedule, case)
    expected = case["expected"]
    got = {key: told.get(key) for key in expected if key != "also_acceptable"}
    return Answer(expected, got, _ledger(schedule, case, told), compared(expected, got))


def answer_validation(case: Mapping[str, Any]) -> Answer:
    """Whether the calendar is accepted when it is saved, and if not, the name of the refusal."""
    expected = case["expected"]
    try:
        calendar = read_schedule(case.get("calendar")).calendar
    except DomainError as refused:
        got: dict[str, Any] = {"valid": False, "error": refused.code}
    except (AttributeError, TypeError, ValueError) as wrong:
        got = {"valid": False, "error": BadCase.code, "value": str(wrong)}
    else:
        got = {"valid": calendar.opens_every_week}
    return Answer(expected, got, [], compared(expected, got))


def _ledger(schedule: Schedule, case: Mapping[str, Any], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The open periods that were counted, for the kinds that count."""
    ends = told.get("result") or case["input"].get("end")
    if not ends or "start" not in case["input"] or "days" in case["input"]:
        return []
    since, until = sorted((_start(case), parsed(ends)))
    rows = takewhile(lambda period: period[0] < until, schedule.periods(since))
    return [
        {"from": shown(a), "to": shown(min(b, until)), "counted_microseconds": schedule.calendar.work(a, min(b, until))}
        for _, (a, b) in zip(range(_LEDGER_ROWS), rows, strict=False)
    ]


def _start(case: Mapping[str, Any]) -> datetime:
    return _at(case, "start")


def _at(case: Mapping[str, Any], name: str) -> datetime:
    if name not in case["input"]:
        raise BadCase(field=f"input.{name}")
    return parsed(case["input"][name], field=f"input.{name}")


def _int(case: Mapping[str, Any], name: str) -> int:
    value = case["input"].get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadCase(field=f"input.{name}", value=str(value))
    return value
