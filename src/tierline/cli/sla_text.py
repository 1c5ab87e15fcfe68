"""Verdicts and ledgers as lines of text, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from unicodedata import east_asian_width

from tierline.cli import words
from tierline.domain.calendars import HOUR, MINUTE, SECOND
from tierline.domain.calendars.zones import zone_of
from tierline.domain.sla import Due, Explanation, Reading, Row
from tierline.domain.slacases import DIFFERS, ERROR, PASS, Verdict
from tierline.plumbing import catalogue


def verdict(found: Verdict) -> str:
    """One line for a case that passes; what was expected, what we got and the ledger for one that does not."""
    lines = [f"{found.id}  {_word('verdict', found.verdict)}"]
    lines += [f"    {_say('check.by_rule', rule=_word('rule', rule))}" for rule in found.foreign_rules]
    if found.verdict != PASS:
        lines.append(f"    {_say('check.expected')}  {_json(found.expected)}")
        lines.append(f"    {_say('check.got')}  {_json(found.got)}")
        lines += [f"    | {_json(row)}" for row in found.ledger]
    return "\n".join(lines)


def totals(counted: Mapping[str, int]) -> str:
    passed, differ, wrong = (counted.get(code, 0) for code in (PASS, DIFFERS, ERROR))
    return _say("check.sum", cases=passed + differ + wrong, passed=passed, differ=differ, wrong=wrong)


def ledgers(told: Sequence[Explanation], *, reader: tzinfo = UTC) -> str:
    """The ledger of every clock, each ending in its sum; instants in the calendar's zone and the reader's."""
    if not told:
        return _say("explain.none")
    return "\n\n".join(_ledger(each, reader) for each in told)


def duration(micros: int) -> str:
    """Hours, minutes and seconds, with the fraction only when there is one."""
    hours, rest = divmod(abs(micros), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    tail = f".{fraction:06d}" if fraction else ""
    return f"{'-' if micros < 0 else ''}{hours}:{minutes:02d}:{seconds:02d}{tail}"


def _ledger(told: Explanation, reader: tzinfo) -> str:
    lines = [_heading(told.reading), *(_row(row, reader) for row in told.rows), _sum(told, reader)]
    if told.restated is not None:
        lines.append(f"  ! {_say('explain.restated', was=_word('state', told.restated.before))}")
    return "\n".join([*lines, *(_coming(due, told, reader) for due in told.coming)])


def _heading(reading: Reading) -> str:
    party = f" {reading.party}" if reading.party else ""
    note = f" ({_word('note', reading.verdict_note)})" if reading.verdict_note else ""
    cycle = f" #{reading.cycle}" if reading.cycle > 1 else ""
    state = _word("state", reading.state)
    return f"{_word('kind', reading.kind)}{party}{cycle}  {reading.priority}  {state}{note}"


def _row(row: Row, reader: tzinfo) -> str:
    own = zone_of(row.zone)
    spans = f"{_stamp(row.from_at, own)} → {_stamp(row.to_at, own)}"
    if row.two_zones:
        spans += f"  [{_stamp(row.from_at, reader)} → {_stamp(row.to_at, reader)}]"
    target = "-" if row.target is None else duration(row.target)
    cells = (_padded(_word("state", row.state), 8), _padded(_word("reason", row.reason), 26))
    return f"  {spans}  {'  '.join(cells)}  {row.calendar:<12}  {target:>10}  {duration(row.counted):>12}"


def _coming(due: Due, told: Explanation, reader: tzinfo) -> str:
    step = _say(f"step.{due.step}") if f"sla.step.{due.step}" in _words() else _say("step.other", step=due.step)
    whom = f"  {due.tell}" if due.tell else ""
    return f"  > {_both(due.at, zone_of(told.zone), reader)}  {step}{whom}"


def _sum(told: Explanation, reader: tzinfo) -> str:
    reading, own = told.reading, zone_of(told.zone)
    parts = [_say("explain.sum", consumed=duration(reading.consumed), target=duration(reading.target))]
    if reading.breached_at is not None:
        parts.append(_say("explain.breached", at=_both(reading.breached_at, own, reader)))
    elif reading.due_at is not None:
        parts.append(_say("explain.due", at=_both(reading.due_at, own, reader)))
    if reading.left < 0:
        parts.append(_say("explain.over", over=duration(-reading.left)))
    elif reading.is_open:
        parts.append(_say("explain.left", left=duration(reading.left)))
    return "  = " + "; ".join(parts)


def _both(at: datetime, own: tzinfo, reader: tzinfo) -> str:
    return f"{_stamp(at, own)} ({_stamp(at, reader)})"


def _stamp(at: datetime, zone: tzinfo) -> str:
    """To the second, to the microsecond when there is one, with the offset so that no hour is ambiguous."""
    local = at.astimezone(zone)
    return local.isoformat(sep=" ", timespec="microseconds" if local.microsecond else "seconds")


def _padded(text: str, width: int) -> str:
    taken = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(0, width - taken)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _word(family: str, code: str) -> str:
    """The wording of a code; a code that people chose (a reason to dismiss) stays as it is."""
    return _say(f"{family}.{code}") if f"sla.{family}.{code}" in _words() else code


def _say(key: str, **facts: object) -> str:
    return _in_language(_words()[f"sla.{key}"]).format(**facts)


def _in_language(said: Mapping[str, str]) -> str:
    return said["zh" if words.is_chinese() else "en"]


@cache
def _words() -> dict[str, dict[str, str]]:
    return {key: said for _, key, said in catalogue.entries() if key.startswith(("sla.", "error."))}
