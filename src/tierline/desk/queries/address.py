"""The queue's address: everything that the list shows is in it, so that a link shows a colleague the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tierline.desk.queries import board
from tierline.domain.lifecycle import State
from tierline.domain.priority import Priority
from tierline.domain.text import is_storable
from tierline.plumbing.actor import Actor

GROUPS = ("tier", "sla")
STATES = tuple(s.value for s in State)
PRIORITIES = tuple(p.value for p in Priority)
TIERS = ("1", "2", "3")
ME = "me"
# In the order in which chips stand. Those of the first row may have several values.
SEVERAL = ("state", "priority", "tier")
SINGLE = ("assignee", "service", "customer", "enterprise", "q")
FILTERS = (*SEVERAL, *SINGLE)
# What is kept with a saved view.
KEPT = ("view", *FILTERS, "group")
_KNOWN: Mapping[str, Sequence[str]] = {"state": STATES, "priority": PRIORITIES, "tier": TIERS, "group": GROUPS}
_Q_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Address:
    """``asked`` holds only what is understood: an unknown choice is no filter rather than an error page."""

    asked: Mapping[str, Sequence[str]]

    @property
    def view(self) -> str:
        return self.one("view") or "queue"

    @property
    def group(self) -> str:
        """Lanes by tier are for work; what is over or searched for comes as one list."""
        if self.view not in board.OPEN:
            return "sla"
        return self.one("group") or "tier"

    @property
    def is_filtered(self) -> bool:
        return any(name in self.asked for name in FILTERS)

    def one(self, name: str) -> str:
        return next(iter(self.asked.get(name, ())), "")

    def number(self, name: str) -> int | None:
        return int(self.one(name)) if self.one(name) else None

    def query(self, **changed: str | Sequence[str]) -> str:
        """The address with these changes; an empty value drops the name."""
        told = {**self.asked, **{name: [v] if isinstance(v, str) else v for name, v in changed.items()}}
        return urlencode({name: [v for v in values if v] for name, values in told.items()}, doseq=True)

    def without(self, name: str, value: str) -> str:
        return self.query(**{name: [v for v in self.asked.get(name, ()) if v != value]})

    def wanted(self, actor: Actor, in_view: int | None) -> board.Wanted:
        assignee = self.one("assignee")
        return board.Wanted(
            view=self.view,
            states=tuple(self.asked.get("state", ())),
            priorities=tuple(self.asked.get("priority", ())),
            tiers=tuple(int(t) for t in self.asked.get("tier", ())),
            assignee=actor.person_id if assignee == ME else int(assignee) if assignee.isdecimal() else assignee or None,
            service_id=self.number("service"),
            customer_id=self.number("customer"),
            enterprise_id=self.number("enterprise") or in_view,
            q=self.one("q"),
        )


def understood(given: Mapping[str, Sequence[str]]) -> Address:
    """From a query string's lists or from what a saved view keeps, which an older version may have written."""
    told = {name: _values(name, given.get(name, ())) for name in KEPT}
    return Address({name: values for name, values in told.items() if values})


def _values(name: str, given: Sequence[str]) -> list[str]:
    values = list(dict.fromkeys(str(v).strip() for v in given if str(v).strip()))
    if name in _KNOWN:
        kept = [v for v in values if v in _KNOWN[name]]
        return kept if name in SEVERAL else kept[:1]
    if name == "view":
        return [v for v in values if v in board.VIEWS][:1]
    if name == "q":
        return [v[:_Q_LIMIT] for v in values if is_storable(v)][:1]
    words = {"assignee": (ME, board.NOBODY)}.get(name, ())
    return [v for v in values if v in words or (v.isascii() and v.isdecimal() and len(v) < 19)][:1]
