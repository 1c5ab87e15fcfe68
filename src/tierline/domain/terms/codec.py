"""Terms to and from the JSON that an agreement version stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from tierline.domain.calendars import ALWAYS, HOUR, MINUTE, Calendar
from tierline.domain.errors import Invalid, Missing
from tierline.domain.priority import DEFAULT_MATRIX, Impact, Matrix, Priority, Urgency
from tierline.domain.terms.amounts import Amount, read_amount
from tierline.domain.terms.credits import read_credits
from tierline.domain.terms.kinds import DEFAULT_PAUSES, OF_A_TIER, TIER_OF, Kind, TargetKey, read_kind
from tierline.domain.terms.parties import parties_json, read_parties
from tierline.domain.terms.steps import DEFAULT_STEPS, read_steps

if TYPE_CHECKING:
    from tierline.domain.terms.terms import Terms

_KEYS = {
    "id", "label", "calendars", "calendar_of", "working_calendar", "tier_calendars", "targets", "pauses",
    "excludes_outages", "reopen_hours", "silence_hours", "second_person_from_percent", "return_minutes",
    "steps", "credits", "matrix", "parties",
}  # fmt: skip


class UnknownTier(Invalid):
    """A tier other than 2 or 3, or a tier for a kind that has none. ``tier``."""

    code: ClassVar[str] = "unknown_tier"


def read(value: Any) -> dict[str, Any]:
    """The fields of Terms from their JSON (docs/sla.md). Raises Invalid and its kinds."""
    if not isinstance(value, Mapping):
        raise Invalid(field="agreement", value=str(value))
    unknown = set(value) - _KEYS
    if unknown:
        raise Invalid(field="agreement", unknown=sorted(unknown))
    calendar_of = _priorities(_required(value, "calendar_of"), "calendar_of")
    return {
        "id": value.get("id", 0),
        "label": str(value.get("label", "")),
        "calendars": {"always": ALWAYS, **_each(value.get("calendars", {}), "calendars", Calendar.from_json)},
        "calendar_of": calendar_of,
        "working": str(value.get("working_calendar") or calendar_of.get("P3") or next(iter(calendar_of.values()))),
        "tier_calendars": _tier_calendars(value.get("tier_calendars", {})),
        "targets": _targets(_required(value, "targets")),
        "pauses": _pauses(value["pauses"]) if "pauses" in value else DEFAULT_PAUSES,
        "excludes_outages": bool(value.get("excludes_outages", False)),
        "reopen_within": _whole(value, "reopen_hours", 168) * HOUR,
        "silence": _whole(value, "silence_hours", 72) * HOUR,
        "second_person_from": _whole(value, "second_person_from_percent", 75),
        "returns": _returns(value.get("return_minutes", {})),
        "steps": read_steps(value["steps"]) if "steps" in value else DEFAULT_STEPS,
        "credits": read_credits(value.get("credits", [])),
        "matrix": _matrix(value["matrix"]) if "matrix" in value else DEFAULT_MATRIX,
        "parties": read_parties(value.get("parties", {})),
    }


def written(terms: Terms) -> dict[str, Any]:
    return {
        "id": terms.id,
        "label": terms.label,
        "calendars": {name: calendar.to_json() for name, calendar in terms.calendars.items()},
        "calendar_of": dict(terms.calendar_of),
        "working_calendar": terms.working,
        "tier_calendars": {f"L{tier}": dict(names) for tier, names in terms.tier_calendars.items()},
        "targets": _targets_json(terms.targets),
        "pauses": {kind.value: sorted(waits) for kind, waits in terms.pauses.items()},
        "excludes_outages": terms.excludes_outages,
        "reopen_hours": terms.reopen_within // HOUR,
        "silence_hours": terms.silence // HOUR,
        "second_person_from_percent": terms.second_person_from,
        "return_minutes": {priority: micros // MINUTE for priority, micros in terms.returns.items()},
        "steps": [step.to_json() for step in terms.steps],
        "credits": [credit.to_json() for credit in terms.credits],
        "matrix": {i.value: {u.value: row[n].value for n, u in enumerate(Urgency)} for i, row in terms.matrix.items()},
        "parties": parties_json(terms.parties),
    }


def _targets(value: Any) -> dict[TargetKey, Amount]:
    """``{kind: {priority: amount}}``; for hand_off_accept a priority may hold ``{"L2": amount, "L3": amount}``."""
    if not isinstance(value, Mapping) or not value:
        raise Missing(field="targets")
    found: dict[TargetKey, Amount] = {}
    for name, row in value.items():
        kind = read_kind(name)
        for priority, cell in _items(row, f"targets.{name}"):
            where = f"{name} {_priority(priority)}"
            if isinstance(cell, Mapping) and any(str(key).startswith("L") for key in cell):
                if kind not in OF_A_TIER or kind in TIER_OF:
                    raise UnknownTier(field="targets", where=where, tier=sorted(map(str, cell)))
                for tier, amount in cell.items():
                    found[kind, priority, _tier(tier)] = read_amount(amount, where=where)
            elif cell is not None:
                found[kind, priority, None] = read_amount(cell, where=where)
    return found


def _targets_json(targets: Mapping[TargetKey, Amount]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for (kind, priority, tier), amount in targets.items():
        row = written.setdefault(kind.value, {})
        if tier is None:
            row[priority] = amount.to_json()
        else:
            row.setdefault(priority, {})[f"L{tier}"] = amount.to_json()
    return written


def _pauses(value: Any) -> dict[Kind, frozenset[str]]:
    return {read_kind(name): frozenset(map(str, waits)) for name, waits in _items(value, "pauses")}


def _returns(value: Any) -> dict[str, int]:
    """``{priority: minutes}``; a priority that is absent or null is never returned."""
    row = {str(p): minutes for p, minutes in _items(value, "return_minutes") if minutes is not None}
    return {_priority(p): _whole(row, p, 0) * MINUTE for p in row}


def _matrix(value: Any) -> Matrix:
    try:
        return {
            impact: (
                Priority(value[impact]["critical"]),
                Priority(value[impact]["high"]),
                Priority(value[impact]["medium"]),
                Priority(value[impact]["low"]),
            )
            for impact in Impact
        }
    except (KeyError, TypeError, ValueError):
        raise Invalid(field="matrix", value=str(value)) from None


def _priority(name: Any) -> str:
    try:
        return Priority(str(name)).value
    except ValueError:
        raise Invalid(field="priority", value=str(name), allowed=[p.value for p in Priority]) from None


def _priorities(value: Any, field: str) -> dict[str, str]:
    named = {_priority(priority): str(name) for priority, name in _items(value, field)}
    if not named:
        raise Missing(field=field)
    return named


def _tier(name: Any) -> int:
    if str(name) not in ("L2", "L3"):
        raise UnknownTier(field="tier", tier=str(name))
    return int(str(name)[1])


def _each(value: Any, field: str, read: Callable[[Any], Calendar]) -> dict[str, Calendar]:
    return {str(name): read(item) for name, item in _items(value, field)}


def _items(value: Any, field: str) -> list[tuple[Any, Any]]:
    if not isinstance(value, Mapping):
        raise Invalid(field=field, value=str(value))
    return list(value.items())


def _tier_calendars(value: Any) -> dict[int, dict[str, str]]:
    return {_tier(tier): _priorities(names, "tier_calendars") for tier, names in _items(value, "tier_calendars")}


def _required(value: Mapping[str, Any], field: str) -> Any:
    if field not in value:
        raise Missing(field=field)
    return value[field]


def _whole(value: Mapping[str, Any], field: str, default: int) -> int:
    number = value.get(field, default)
    if not isinstance(number, int) or isinstance(number, bool):
        raise Invalid(field=field, value=str(number))
    return number
