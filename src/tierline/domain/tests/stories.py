"""A ticket's story in plain lines, one event a line, so that a support manager can read a table of them.

``Mon 09:00  customer opens P3`` - the days are those of the week of 1 June 2026 in Shanghai, ``+Mon`` the week after;
any other day is written out, ``06-19 09:00``. Everybody who acts is the customer or an engineer, whose tier was not
recorded, unless the line ends with who it was: ``plan note, by L2``, ``engineer replies, by a department``.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tierline.domain.calendars import HOUR, MINUTE, SECOND
from tierline.domain.events import Event

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAYS = {name: 1 + n for n, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}

# phrase -> event type, role, payload; what stands in brackets is taken from the line.
_PHRASES: list[tuple[str, str, str, dict[str, Any]]] = [
    (r"customer opens(?P<priority> P\d)?", "opened", "requester", {"by": "customer"}),
    (r"customer states (?P<stated_impact>\w+)", "opened", "requester", {"by": "customer"}),
    (
        r"graded at once (?P<priority>P\d)",
        "opened",
        "requester",
        {"by": "customer", "impact": "minor", "urgency": "low"},
    ),
    (r"engineer opens(?P<priority> P\d)?", "opened", "engineer", {"by": "staff"}),
    (r"engineer opens(?P<priority> P\d) promising (?P<promised_at>.+)", "opened", "engineer", {"by": "staff"}),
    (r"split off(?P<priority> P\d), said (?P<started_at>.+)", "opened", "requester", {"by": "customer"}),
    (r"customer writes", "customer_message", "requester", {}),
    (r"customer's robot writes", "customer_message", "requester", {"automatic": True}),
    (r"customer calls, nobody answers", "call", "requester", {"direction": "in", "two_way": False}),
    (r"customer calls and is answered", "call", "engineer", {"direction": "in", "two_way": True}),
    (r"engineer reaches the customer by phone", "call", "engineer", {"direction": "out", "two_way": True}),
    (r"engineer leaves a voice message", "call", "engineer", {"direction": "out", "two_way": False}),
    (r"engineer replies", "public_message", "engineer", {}),
    (r"former engineer replies", "public_message", "requester", {}),
    (r"acknowledged automatically", "public_message", "system", {"automatic": True}),
    (r"answered automatically", "public_message", "system", {"automatic": True}),
    (r"automatic answer confirmed", "answer_confirmed", "requester", {}),
    (r"internal note", "note", "engineer", {"kind": "note"}),
    (r"plan note", "note", "engineer", {"kind": "plan"}),
    (r"plan told to the customer", "public_message", "engineer", {"plan": True}),
    (r"work note", "note", "engineer", {"kind": "work"}),
    (r"requester notes", "note", "requester", {"kind": "note"}),
    (r"assigned", "assigned", "manager", {"assignee": 7}),
    (r"graded (?P<priority>P\d)", "prioritised", "engineer", {"reason": "first"}),
    (r"worsened to (?P<priority>P\d)", "prioritised", "engineer", {"reason": "worsened"}),
    (r"was misread, is (?P<priority>P\d)", "prioritised", "engineer", {"reason": "misread"}),
    (r"eased to (?P<priority>P\d)", "prioritised", "engineer", {"reason": "eased"}),
    (r"waits on the customer", "waited", "engineer", {"on": "customer"}),
    (r"waits on a third party", "waited", "engineer", {"on": "third_party"}),
    (r"waits for agreed maintenance", "waited", "engineer", {"on": "maintenance"}),
    (r"waits until (?P<until>.+)", "waited", "engineer", {"on": "date"}),
    (r"resumed", "resumed", "engineer", {"why": "person"}),
    (r"L(?P<tier>\d) paged", "paged", "system", {}),
    (r"handed to L(?P<to>\d)", "escalated", "engineer", {}),
    (r"L(?P<tier>\d) accepts", "accepted", "engineer", {}),
    (r"L(?P<from>\d) hands back to L(?P<to>\d)", "handed_back", "engineer", {"reason": "incomplete"}),
    (r"task (?P<task>\d) opened", "task_opened", "engineer", {"department": "rd"}),
    (r"task (?P<task>\d) opened, due (?P<due_at>.+)", "task_opened", "engineer", {"department": "rd"}),
    (r"supplier asked as task (?P<task>\d)", "task_opened", "engineer", {"department": "x", "supplier": True}),
    (r"task (?P<task>\d) finished", "task_finished", "department", {}),
    (r"restored", "restored", "engineer", {}),
    (r"resolved", "resolved", "engineer", {"replied": False}),
    (r"resolved with a reply", "resolved", "engineer", {"replied": True}),
    (r"customer confirms", "verified", "requester", {"by": "requester"}),
    (r"archived", "archived", "system", {}),
    (r"customer reopens", "reopened", "requester", {"why": "requester"}),
    (r"engineer reopens", "reopened", "engineer", {"why": "person"}),
    (r"RCA report issued", "rca_issued", "engineer", {}),
    (r"merged away", "merged", "engineer", {"into": 2}),
    (r"merge undone", "unmerged", "engineer", {}),
    (r"takes in a ticket whose (?P<kind>\w+) is due (?P<due>.+)", "merge_absorbed", "engineer", {"from": 1}),
    (r"that ticket leaves again", "merge_released", "engineer", {"from": 1}),
    (r"(?P<kind>\w+) dismissed: (?P<reason>\w+)", "clock_dismissed", "engineer", {}),
    (r"rebased to version (?P<agreement>\d+)", "clock_rebased", "system", {}),
]
_INSTANTS = ("promised_at", "started_at", "until", "due_at", "due")
_BY = re.compile(r"(?P<phrase>.+), by (?:L(?P<tier>\d)|an? (?P<role>\w+))")
_NUMBERS = ("tier", "to", "from", "agreement")


def story(text: str, *, agreement: int = 1) -> list[Event]:
    """The events of the lines, in the order written, recorded when they happened unless ``(recorded ...)`` follows."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return [_event(n, line, agreement) for n, line in enumerate(lines, start=1)]


def at(text: str) -> datetime:
    """``Mon 09:00``, ``+Mon 09:00:30``, ``06-19 09:00`` or ``2026-02-13 17:00`` in Shanghai."""
    day, clock = text.strip().split(" ")
    hour, minute, *second = clock.split(":")
    whole, _, fraction = (second[0] if second else "0").partition(".")
    micros = int((fraction + "000000")[:6])
    return datetime(*_date(day), int(hour), int(minute), int(whole), micros, tzinfo=SHANGHAI).astimezone(UTC)


def micros(text: str) -> int:
    """``1h 30m``, ``45m``, ``10s``, ``0m``, ``1us``, added up."""
    units = {"h": HOUR, "m": MINUTE, "s": SECOND, "us": 1}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)(us|h|m|s)\b", text))


def shifted(events: Iterable[Event], by: timedelta) -> list[Event]:
    return [
        Event(
            e.ticket_id,
            e.seq,
            e.occurred_at + by,
            e.recorded_at + by,
            e.type,
            actor_role=e.actor_role,
            payload=e.payload,
        )
        for e in events
    ]


def _date(day: str) -> tuple[int, int, int]:
    if day[-3:] in _DAYS:
        return 2026, 6, _DAYS[day[-3:]] + 7 * day.count("+")
    year, month, number = ("2026-" + day if len(day) == 5 else day).split("-")
    return int(year), int(month), int(number)


def _event(seq: int, line: str, agreement: int) -> Event:
    line, _, recorded = line.partition("  (recorded ")
    stamp, phrase = re.fullmatch(r"(\S+ \S+)\s+(.+)", line.strip()).groups()
    when = at(stamp)
    known = at(recorded.rstrip(") ")) if recorded else when
    by = _BY.fullmatch(phrase)
    who = {"by_tier": int(by["tier"])} if by and by["tier"] else {}
    phrase = by["phrase"] if by else phrase
    for pattern, type_, role, payload in _PHRASES:
        match = re.fullmatch(pattern, phrase)
        if match:
            said = {**payload, **{k: _value(k, v) for k, v in match.groupdict().items() if v is not None}, **who}
            role = (by and by["role"]) or role
            if type_ == "opened":
                said["agreement"] = agreement
            if type_ == "merge_absorbed":
                said["clocks"] = {said.pop("kind"): said.pop("due")}
            return Event(1, seq, when, known, type_, actor_role=role, payload=said)
    raise ValueError(f"no such phrase: {phrase}")


def _value(name: str, text: str) -> Any:
    if name in _INSTANTS:
        return at(text).isoformat()
    return int(text) if name in _NUMBERS else text.strip()
