"""Tables whose columns are known: the CSV of a GLPI search, the spreadsheet of an RT search.

GLPI names its columns in the reader's language and writes its numbers with spaces in them; RT writes ``Not set`` where
there is no instant. Both write local times without a zone: a mapping's ``zone`` says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ISO = ""
_MOST, _VERY_HIGH = ["extensive", "critical"], ["extensive", "high"]
_HIGH, _MEDIUM, _LOW = ["significant", "high"], ["moderate", "medium"], ["minor", "low"]


@dataclass(frozen=True, slots=True)
class Preset:
    """``columns``: our name -> what the source may call it; the ``needed`` ones make the layout known."""

    name: str
    columns: Mapping[str, Sequence[str]]
    needed: frozenset[str]
    settings: Mapping[str, Any]

    def mapping(self, header: Sequence[str]) -> dict[str, Any]:
        there = {
            name: next(alias for alias in aliases if alias in header)
            for name, aliases in self.columns.items()
            if not set(aliases).isdisjoint(header)
        }
        return {**self.settings, **there}

    def missing(self, told: Mapping[str, Any]) -> list[str]:
        """Under the first of their names, the columns without which this table is not what it is said to be."""
        return sorted(self.columns[name][0] for name in self.needed if name not in told)


GLPI = Preset(
    "glpi",
    {
        "key": ("ID",),
        "subject": ("Title", "Titre"),
        "text": ("Description",),
        "opened_at": ("Opening date", "Date d'ouverture"),
        "resolved_at": ("Resolution date", "Date de résolution"),
        "closed_at": ("Closing date", "Date de clôture"),
        "requester": ("Requester - Requester", "Requester", "Demandeur - Demandeur", "Demandeur"),
        "priority": ("Priority", "Priorité"),
    },
    frozenset({"key", "subject", "opened_at"}),
    {
        "time_format": [ISO, "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S"],
        "priorities": {
            "Major": _MOST,
            "Majeure": _MOST,
            "Very high": _VERY_HIGH,
            "Très haute": _VERY_HIGH,
            "High": _HIGH,
            "Haute": _HIGH,
            "Medium": _MEDIUM,
            "Moyenne": _MEDIUM,
            "Low": _LOW,
            "Basse": _LOW,
            "Very low": _LOW,
            "Très basse": _LOW,
        },
    },
)

RT = Preset(
    "rt",
    {
        "key": ("id", "Id"),
        "subject": ("Subject",),
        "text": ("Description",),
        "opened_at": ("Created",),
        "resolved_at": ("Resolved",),
        "requester": ("Requestors", "Requestor"),
        "priority": ("Priority",),
    },
    frozenset({"key", "subject", "opened_at", "requester"}),
    {"time_format": ["%a %b %d %H:%M:%S %Y", ISO], "blank": ["Not set"]},
)

PRESETS = {preset.name: preset for preset in (GLPI, RT)}
