"""One version as its page draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierline.agreements import wording
from tierline.domain.priority import Priority, Urgency
from tierline.domain.terms import PAUSABLE, WAITS, Kind, Terms

PRIORITIES = tuple(priority.value for priority in Priority)
# In the order of the prototype's columns; the others follow where something is promised.
_HEAD = (
    Kind.GRADING,
    Kind.FIRST_RESPONSE,
    Kind.UPDATE_CADENCE,
    Kind.L2_PLAN,
    Kind.L3_START,
    Kind.RESTORE,
    Kind.RESOLVE,
)
# What a customer sees of it is strong.
STRONG = frozenset({Kind.FIRST_RESPONSE, Kind.L2_PLAN, Kind.L3_START, Kind.RESTORE})


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One priority: its calendar, a cell per kind, and what a breach gives back."""

    priority: str
    calendar: str
    cells: Sequence[Cell]
    credits: Sequence[str]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a tier, department or supplier owes: per priority the amount and the calendar."""

    kind: str
    party: str
    amounts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Board:
    kinds: Sequence[str]
    rows: Sequence[Row]
    owed: Sequence[Owed]
    pauses: Sequence[tuple[str, Sequence[bool | None]]]
    steps: Sequence[tuple[str, str]]
    matrix: Sequence[tuple[str, Sequence[str]]]
    returns: Sequence[tuple[str, int]]
    working: str
    reopen_hours: int
    silence_hours: int
    second_person: int
    excludes_outages: bool


def board(terms: Terms, names: Mapping[str, str]) -> Board:
    """``names``: the calendars' own names by code."""
    kinds = [k for k in Kind if k in terms.kinds and k not in _HEAD and k is not Kind.HAND_OFF_ACCEPT]
    shown = [k for k in _HEAD if k in terms.kinds] + kinds
    hour = 3_600_000_000
    return Board(
        kinds=[k.value for k in shown],
        rows=[_row(terms, p, shown, names) for p in PRIORITIES if p in terms.calendar_of],
        owed=[*_accepts(terms, names), *_parties(terms, names)],
        pauses=[
            (kind.value, [on in terms.pauses.get(kind, ()) if on in allowed else None for on in WAITS])
            for kind, allowed in PAUSABLE.items()
            if kind in terms.kinds
        ],
        steps=[(wording.step(step), wording.limits(step)) for step in terms.steps],
        matrix=[(impact.value, [row[n].value for n in range(len(Urgency))]) for impact, row in terms.matrix.items()],
        returns=[(p, micros // 60_000_000) for p, micros in terms.returns.items()],
        working=wording.calendar(terms.working, names),
        reopen_hours=terms.reopen_within // hour,
        silence_hours=terms.silence // hour,
        second_person=terms.second_person_from,
        excludes_outages=terms.excludes_outages,
    )


def _row(terms: Terms, priority: str, kinds: Sequence[Kind], names: Mapping[str, str]) -> Row:
    cells = [
        Cell(
            wording.amount(terms.targets.get((kind, priority, None)), terms.calendar_for(kind, priority)),
            kind in STRONG,
        )
        for kind in kinds
    ]
    given = [wording.credit(c) for c in terms.credits if c.priority == priority]
    return Row(priority, wording.calendar(terms.calendar_of[priority], names), cells, given)


def _accepts(terms: Terms, names: Mapping[str, str]) -> list[Owed]:
    """What each tier promises for taking a hand-over, and on which calendar it works."""
    found = []
    for tier in (2, 3):
        own = terms.tier_calendars.get(tier, {})
        amounts = []
        for priority in PRIORITIES:
            key = (Kind.HAND_OFF_ACCEPT, priority, tier)
            value = terms.targets.get(key) or terms.targets.get((Kind.HAND_OFF_ACCEPT, priority, None))
            calendar = terms.calendar_for(Kind.HAND_OFF_ACCEPT, priority, tier)
            name = own.get(priority) or terms.calendar_of.get(priority)
            amounts.append((wording.amount(value, calendar), wording.calendar(name, names)))
        if own or any(text != wording.NOTHING for text, _ in amounts):
            found.append(Owed(Kind.HAND_OFF_ACCEPT.value, f"L{tier}", amounts))
    return found


def _parties(terms: Terms, names: Mapping[str, str]) -> list[Owed]:
    rows = dict.fromkeys((kind, party) for kind, party, _ in terms.parties)
    return [
        Owed(
            kind.value,
            party,
            [
                (wording.amount(target.amount), wording.calendar(target.calendar, names))
                if (target := terms.parties.get((kind, party, priority)))
                else (wording.NOTHING, wording.NOTHING)
                for priority in PRIORITIES
            ],
        )
        for kind, party in rows
    ]
