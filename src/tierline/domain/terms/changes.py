"""What differs between two wordings of an agreement, field by field, as codes and values without words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tierline.domain.calendars import HOUR, MINUTE
from tierline.domain.priority import Urgency
from tierline.domain.terms.kinds import Kind
from tierline.domain.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``field`` says what kind of thing, ``key`` which one; None: not there on that side."""

    field: str
    key: tuple[str, ...]
    before: Any
    after: Any


def changes(before: Terms, after: Terms) -> tuple[Change, ...]:
    """In the order in which an agreement is read; empty when the two promise the same."""
    return tuple(
        Change(name, key, then.get(key), now.get(key))
        for name, read in _FIELDS.items()
        for then, now in [(read(before), read(after))]
        for key in dict.fromkeys([*then, *now])
        if then.get(key) != now.get(key)
    )


Facts = Mapping[tuple[str, ...], Any]


def _targets(terms: Terms) -> Facts:
    order = list(Kind)
    rows = sorted(terms.targets.items(), key=lambda row: (order.index(row[0][0]), row[0][1], row[0][2] or 0))
    return {(kind.value, p, f"L{tier}" if tier else ""): amount for (kind, p, tier), amount in rows}


def _parties(terms: Terms) -> Facts:
    return {(k.value, party, p): (t.calendar, t.amount) for (k, party, p), t in sorted(terms.parties.items())}


def _calendar_of(terms: Terms) -> Facts:
    return {(p,): name for p, name in sorted(terms.calendar_of.items())}


def _tier_calendars(terms: Terms) -> Facts:
    rows = sorted(terms.tier_calendars.items())
    return {(f"L{tier}", p): name for tier, names in rows for p, name in sorted(names.items())}


def _calendars(terms: Terms) -> Facts:
    """The wording of each calendar in use; its version number stands for it where the two differ."""
    used = {terms.working, *terms.calendar_of.values(), *(t.calendar for t in terms.parties.values())}
    used |= {name for names in terms.tier_calendars.values() for name in names.values()}
    return {(name,): terms.calendars[name].version for name in sorted(used) if name != "always"}


def _pauses(terms: Terms) -> Facts:
    return {(kind.value, on): True for kind, waits in sorted(terms.pauses.items()) for on in sorted(waits)}


def _rules(terms: Terms) -> Facts:
    return {
        ("working_calendar",): terms.working,
        ("excludes_outages",): terms.excludes_outages,
        ("reopen_hours",): terms.reopen_within // HOUR,
        ("silence_hours",): terms.silence // HOUR,
        ("second_person_from_percent",): terms.second_person_from,
    }


def _returns(terms: Terms) -> Facts:
    return {(p,): micros // MINUTE for p, micros in sorted(terms.returns.items())}


def _steps(terms: Terms) -> Facts:
    return {(step.key,): step for step in terms.steps}


def _credits(terms: Terms) -> Facts:
    return {(str(credit.kind), str(credit.priority)): credit.times for credit in terms.credits}


def _matrix(terms: Terms) -> Facts:
    return {(i.value, u.value): row[n].value for i, row in terms.matrix.items() for n, u in enumerate(Urgency)}


_FIELDS: Mapping[str, Callable[[Terms], Facts]] = {
    "target": _targets,
    "party": _parties,
    "calendar_of": _calendar_of,
    "tier_calendar": _tier_calendars,
    "calendar": _calendars,
    "pause": _pauses,
    "rule": _rules,
    "return": _returns,
    "step": _steps,
    "credit": _credits,
    "matrix": _matrix,
}
