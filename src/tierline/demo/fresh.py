"""The tickets around now: clocks that run while somebody looks, at every stage of the work."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from importlib import resources
from typing import Any

from tierline.demo.case import Case, Writer
from tierline.demo.course import Act
from tierline.demo.people import Company
from tierline.demo.words.fault import Fault, Filled

Step = tuple[float, str, str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Fresh:
    """``ago``: minutes since it came in. ``steps``: minutes after that, verb, who, what is told."""

    ago: float
    slug: str
    fault: str
    writer: Writer
    grading: tuple[str, str]
    subject: str
    text: str
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class _Script:
    writers: Mapping[str, Writer]
    packages: Mapping[str, Mapping[str, Any]]


@cache
def told() -> Sequence[Fresh]:
    """The tickets of ``fresh.toml``: ``graded`` and ``claimed`` are the usual first acts, ``steps`` what follows."""
    text = resources.files("tierline.demo.words").joinpath("fresh.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    script = _Script({key: Writer(*row) for key, row in read["writers"].items()}, read["packages"])
    return [_fresh(row, script) for row in read["fresh"]]


def _fresh(row: Mapping[str, Any], script: _Script) -> Fresh:
    impact, urgency = row["grading"]
    steps: list[Step] = []
    if "graded" in row:
        minute = row["graded"]
        steps += [(minute, "prioritise", "l1", {"impact": impact, "urgency": urgency})]
        steps += [(minute + 0.3, "classify", "l1", {})]
    if "claimed" in row:
        steps.append((row["graded"] + 0.6, "claim", "l1", {}))
    if row.get("claimed"):
        steps.append((row["graded"] + 2, "reply", "l1", {"text": row["claimed"]}))
    steps += [_step(step, script) for step in row.get("steps", ())]
    own = {name: row[name] for name in ("ago", "slug", "fault", "subject", "text")}
    return Fresh(**own, writer=script.writers[row["writer"]], grading=(impact, urgency), steps=steps)


def _step(step: Sequence[Any], script: _Script) -> Step:
    minute, verb, who, *rest = step
    facts = dict(rest[0]) if rest else {}
    if "package" in facts:
        facts["package"] = {**script.packages[facts["package"]], **facts.pop("change", {})}
    return minute, verb, who, facts


def fresh(company: Company, now: datetime) -> list[tuple[datetime, Callable[[int], tuple[Case, list[Act]]]]]:
    """(came in at, story once its serial is known) of the enterprise."""
    own = [(now - timedelta(minutes=f.ago), f) for f in told() if f.slug == company.slug]
    return [(at, partial(_story, company, each, at)) for at, each in own]


def _story(company: Company, fresh: Fresh, at: datetime, serial: int) -> tuple[Case, list[Act]]:
    fault: Fault = next(f for f in company.vocabulary.faults if f.code == fresh.fault)
    case = Case(
        company=company,
        serial=serial,
        at=at,
        fault=fault,
        words=Filled(random.Random(serial), company.vocabulary.slots),
        writer=fresh.writer,
        impact=fresh.grading[0],
        urgency=fresh.grading[1],
        channel="portal",
        subject=fresh.subject,
        text=fresh.text,
    )
    return case, [Act(at + timedelta(minutes=minute), verb, who, told) for minute, verb, who, told in fresh.steps]
