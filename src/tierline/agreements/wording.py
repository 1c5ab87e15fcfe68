"""Promises in the reader's words: amounts, steps, whom something is for, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from tierline.agreements.queries.shelf import EntitlementRow
from tierline.domain.calendars import HOUR, MINUTE, SECOND, Calendar
from tierline.domain.errors import DomainError
from tierline.domain.terms import Amount, Change, Credit, Step
from tierline.plumbing.http import wording as sentence
from tierline.plumbing.wording import code_word

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Line:
    """One difference in words. ``before`` or ``after`` is a dash where there was nothing."""

    group: str
    what: str
    before: str
    after: str


def amount(value: Amount | None, calendar: Calendar | None = None) -> str:
    """15 min, 4 h (working h on a calendar that closes), 3 working days."""
    if value is None:
        return NOTHING
    if value.working_days:
        return _n("working_days", value.working_days)
    unit, n = _unit(value.micros)
    is_working = unit == "hours" and not value.elapsed and calendar is not None and not calendar.is_continuous
    said = _n("working_hours" if is_working else unit, n)
    around = value.elapsed and (calendar is None or not calendar.is_continuous)
    return gettext("page.agreement.around_the_clock").format(amount=said) if around else said


def step(value: Step) -> str:
    """At 2/3 used, the assignee; 10 min before it is due (working time), the manager."""
    tell = code_word("tell", value.tell)
    if value.used is not None:
        return gettext("page.agreement.step_used").format(share=share(value.used), tell=tell)
    minutes = abs(value.offset) // MINUTE
    key = "step_before" if value.offset < 0 else "step_after"
    said = gettext(f"page.agreement.{key}").format(amount=_n("minutes", minutes), tell=tell)
    return f"{said} ({gettext('page.agreement.working_time')})" if value.working else said


def limits(value: Step) -> str:
    """Which clocks and priorities a step is for; empty: all."""
    kinds = [code_word("clock", kind) for kind in sorted(value.kinds)]
    return gettext("page.time.pause").join([*kinds, *sorted(value.priorities)])


def share(value: Fraction) -> str:
    percent = value * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{value}"


def times(value: Fraction | None) -> str:
    if value is None:
        return NOTHING
    shown = f"{value.numerator}" if value.denominator == 1 else f"{float(value):g}"
    return gettext("page.agreement.credit_said").format(times=shown)


def calendar(name: str | None, names: Mapping[str, str]) -> str:
    """``names``: the calendars' own names by code."""
    if name is None:
        return NOTHING
    return gettext("page.agreement.always") if name == "always" else names.get(name) or name


def difference(change: Change, names: Mapping[str, str]) -> Line:
    """``names``: the calendars' own names by code."""
    what, say = _SAID[change.field](change.key, names)
    return Line(change.field, what, say(change.before), say(change.after))


def refusal(error: DomainError) -> str:
    """The sentence of a refusal with the codes in its facts said in words."""
    facts = dict(error.facts)
    if "where" in facts:
        facts["where"] = " ".join(code_word("clock", part) for part in str(facts["where"]).split())
    for fact, group in (("kind", "clock"), ("needed_by", "needed_by"), ("why", "step_why")):
        if fact in facts:
            facts[fact] = code_word(group, str(facts[fact]))
    if isinstance(facts.get("on"), list):
        facts["on"] = gettext("page.time.pause").join(code_word("pause_on", on) for on in facts["on"])
    return sentence(type(error)(**facts))


def _target(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    kind, priority, tier = key
    return " ".join(filter(None, [code_word("clock", kind), tier, priority])), amount


def _party(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    kind, party, priority = key

    def say(value: Any) -> str:
        return NOTHING if value is None else f"{amount(value[1])} · {calendar(value[0], names)}"

    return f"{code_word('clock', kind)} {party} {priority}", say


def _calendar_of(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    return f"{gettext('page.agreement.calendar_of')} {' '.join(key)}", lambda name: calendar(name, names)


def _calendar(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    said = f"{gettext('page.agreement.calendar_wording')} {calendar(key[0], names)}"
    return said, lambda number: NOTHING if number is None else f"v{number}"


def _pause(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    kind, on = key
    said = gettext("page.agreement.pause_said").format(kind=code_word("clock", kind), on=code_word("pause_on", on))
    return said, lambda value: _yes(bool(value))


def _rule(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    (name,) = key

    def say(value: Any) -> str:
        if isinstance(value, bool):
            return _yes(value)
        if name == "working_calendar":
            return calendar(value, names)
        return f"{value}%" if name.endswith("percent") else _n("hours", value)

    return gettext(f"page.agreement.{name}"), say


def _return(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    said = f"{gettext('page.agreement.return_minutes')} {key[0]}"
    return said, lambda n: NOTHING if n is None else _n("minutes", n)


def _step(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    def say(value: Any) -> str:
        return NOTHING if value is None else " · ".join(filter(None, [step(value), limits(value)]))

    return f"{gettext('page.agreement.step')} {key[0]}", say


def _credit(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    kind, priority = key
    return f"{gettext('page.agreement.credit')} {code_word('clock', kind)} {priority}", times


def _matrix(key: tuple[str, ...], names: Mapping[str, str]) -> Any:
    impact, urgency = key
    said = f"{code_word('impact', impact)} × {code_word('urgency', urgency)}"
    return said, lambda value: value or NOTHING


_SAID: Mapping[str, Any] = {
    "target": _target,
    "party": _party,
    "calendar_of": _calendar_of,
    "tier_calendar": _calendar_of,
    "calendar": _calendar,
    "pause": _pause,
    "rule": _rule,
    "return": _return,
    "step": _step,
    "credit": _credit,
    "matrix": _matrix,
}


def _unit(micros: int) -> tuple[str, int]:
    for unit, length in (("hours", HOUR), ("minutes", MINUTE), ("seconds", SECOND)):
        if micros % length == 0:
            return unit, micros // length
    return "microseconds", micros


def _n(unit: str, n: int) -> str:
    key = f"page.amount.{unit}_one" if n == 1 else f"page.amount.{unit}"
    return gettext(key).format(n=n)


def _yes(value: bool) -> str:
    return gettext("page.agreement.yes" if value else "page.agreement.no")


def credit(value: Credit) -> str:
    """Restore: 3 times the ticket's price."""
    return f"{code_word('clock', str(value.kind))} {times(value.times)}"


def grade(value: str) -> str:
    return code_word("grade", value)


def whom(row: EntitlementRow, customers: Mapping[int, Any], services: Mapping[int, str]) -> str:
    """Harbour & Finch · Bank link, or Everyone."""
    named = []
    if row.customer_id is not None:
        named.append(customers[row.customer_id].name if row.customer_id in customers else f"#{row.customer_id}")
    if row.grade is not None:
        named.append(grade(row.grade))
    if row.service_id is not None:
        named.append(services.get(row.service_id, f"#{row.service_id}"))
    if row.contract:
        named.append(row.contract)
    return " · ".join(named) or gettext("page.agreement.everyone")


def unknown_customer(name: str) -> str:
    return gettext("page.agreement.unknown_customer").format(name=name)
