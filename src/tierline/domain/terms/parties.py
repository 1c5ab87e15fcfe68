"""What departments and suppliers owe for their tasks: a target on the party's own calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tierline.domain.errors import Invalid
from tierline.domain.terms.amounts import Amount, read_amount
from tierline.domain.terms.kinds import Kind, read_kind

# kind, the party's code as the task names it, priority
PartyKey = tuple[Kind, str, str]
PARTY_KINDS = frozenset({Kind.TASK, Kind.SUPPLIER})


class PartyTarget(NamedTuple):
    calendar: str
    amount: Amount


def read_parties(value: Any) -> dict[PartyKey, PartyTarget]:
    """``{kind: {party: {priority: {"calendar": name, "target": amount}}}}``. Raises Invalid, TargetNotPositive."""
    found = {}
    for name, parties in _items(value, "parties"):
        kind = read_kind(name)
        if kind not in PARTY_KINDS:
            raise Invalid(field="parties", value=kind.value, allowed=sorted(PARTY_KINDS))
        for party, row in _items(parties, f"parties.{name}"):
            for priority, cell in _items(row, f"parties.{name}.{party}"):
                if not isinstance(cell, Mapping) or set(cell) != {"calendar", "target"}:
                    raise Invalid(field="parties", value=str(cell))
                amount = read_amount(cell["target"], where=f"{name} {party} {priority}")
                found[kind, str(party), str(priority)] = PartyTarget(str(cell["calendar"]), amount)
    return found


def parties_json(parties: Mapping[PartyKey, PartyTarget]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for (kind, party, priority), target in parties.items():
        row = written.setdefault(kind.value, {}).setdefault(party, {})
        row[priority] = {"calendar": target.calendar, "target": target.amount.to_json()}
    return written


def _items(value: Any, field: str) -> list[tuple[Any, Any]]:
    if not isinstance(value, Mapping):
        raise Invalid(field=field, value=str(value))
    return list(value.items())
