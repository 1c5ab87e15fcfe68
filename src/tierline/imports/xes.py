"""XES event logs, the exchange format of process mining (IEEE 1849): one row per event, one event at a time.

The logs of the BPI Challenge 2013 name their columns differently: support team and organisation line are swapped in one
of them, and a country is misspelt in another. Which is which is seen from the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tierline.imports.base import Row, UnreadableExport

_PLAIN = {
    "time:timestamp": "timestamp",
    "concept:name": "status",
    "lifecycle:transition": "sub_status",
    "impact": "impact",
    "product": "product",
    "org:resource": "resource",
    "resource country": "resource_country",
    "organization country": "org_country",
    "oranization country": "org_country",
    "org:role": "function_division",
}
_TEAM_OR_LINE = ("org:group", "organization involved")
DEPTH_LIMIT = 100
_COLUMNS = tuple(dict.fromkeys([*_PLAIN.values(), "support_team", "support_line", "org_line"]))
_ORGANISATION_LINE = re.compile(r"^Org line\b", re.IGNORECASE)
_TEAM_OF_LINE = re.compile(r"\b(2nd|3rd)$")
VALUES = ("string", "date", "int", "float", "boolean", "id")


class Bytes(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def rows(raw: Bytes) -> Iterator[Row]:
    """One row per event, in the order of the file. Raises UnreadableExport for anything that is no XES."""
    case = ""
    names = dict(_PLAIN)
    depth_of_trace: list[Element] = []
    seen_log = False
    depth = 0
    try:
        for what, element in iterparse(raw, events=("start", "end"), forbid_dtd=True):
            name = _local(element)
            depth += 1 if what == "start" else -1
            if depth > DEPTH_LIMIT:
                raise UnreadableExport(why="too_deep", limit=DEPTH_LIMIT)
            if what == "start":
                seen_log = seen_log or name == "log"
                if not seen_log:
                    raise UnreadableExport(why="not_xes", found=name)
                if name == "trace":
                    depth_of_trace.append(element)
                    case = ""
            elif name == "event" and depth_of_trace:
                case = case or _values(depth_of_trace[-1]).get("concept:name", "")
                yield _row(case, _values(element), names)
                element.clear()
            elif name == "trace":
                depth_of_trace.pop()
                element.clear()
            elif not depth_of_trace and name not in ("log", *VALUES):
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise UnreadableExport(why=type(wrong).__name__) from wrong


def line_of(team: str) -> str:
    """The support line that a team's name ends with; a team that names none is on the first."""
    found = _TEAM_OF_LINE.search(team.strip())
    return ("" if not team else "1") if found is None else found.group(1)[0]


def _row(case: str, told: Mapping[str, str], names: dict[str, str]) -> Row:
    """``names`` learns from the first event that shows it which of the two attributes is the organisation line."""
    if "org:group" not in names:
        for name, other in (_TEAM_OR_LINE, _TEAM_OR_LINE[::-1]):
            if _ORGANISATION_LINE.match(told.get(name, "")):
                names.update({name: "org_line", other: "support_team"})
    row = dict.fromkeys(_COLUMNS, "")
    row["case_id"] = case
    row.update({names[name]: value for name, value in told.items() if name in names})
    row["support_line"] = line_of(row["support_team"])
    return row


def _values(element: Element) -> dict[str, str]:
    return {
        child.attrib["key"]: child.attrib.get("value", "")
        for child in element
        if _local(child) in VALUES and "key" in child.attrib
    }


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
