"""What happened to a ticket, as lines a person reads: who, when, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext

from tierline.accounts.queries import Contact
from tierline.domain.events import Event, in_fold_order
from tierline.domain.terms import Step
from tierline.plumbing.wording import code_word


@dataclass(frozen=True, slots=True)
class Line:
    """``look``: customer, agent, note (words in a bubble) or sys (one grey line). ``parts``: named texts below it.

    ``veil``: masked where something sensitive is not shown, original where it is because the reader asked.
    """

    seq: int
    at: datetime
    look: str
    author: Contact | None
    role: str
    channel: str
    icon: str = "check"
    sentence: str = ""
    text: str = ""
    tag: str = ""
    tier: int | None = None
    parts: Sequence[tuple[str, Any]] = ()
    files: Sequence[Any] = ()
    starts_day: bool = False
    veil: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What the sentences need to call things by their names."""

    people: Mapping[int, Contact] = field(default_factory=dict)
    services: Mapping[int, str] = field(default_factory=dict)
    tickets: Mapping[int, str] = field(default_factory=dict)
    fault_classes: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    suppliers: Mapping[str, str] = field(default_factory=dict)

    def person(self, person_id: Any) -> str:
        found = self.people.get(person_id)
        return found.name if found else gettext("page.person.nobody")


def lines(events: Sequence[Event], names: Names, files: Mapping[int, Sequence[Any]]) -> list[Line]:
    """In the order in which it happened, the first line of each local day marked."""
    told = []
    last_day = None
    for event in in_fold_order(events):
        day = localtime(event.occurred_at).date()
        told.append(_line(event, names, files.get(event.seq, ()), starts_day=day != last_day))
        last_day = day
    return told


def _line(event: Event, names: Names, files: Sequence[Any], *, starts_day: bool) -> Line:
    look, tag = _look(event)
    icon, facts = _TELLERS.get(event.type, _plain)(event, names)
    is_ours = bool(event.payload.get("automatic"))  # said by the product: nobody signs what they did not write
    return Line(
        seq=event.seq,
        at=event.occurred_at,
        look=look,
        author=names.people.get(event.actor_id) if event.actor_id and not is_ours else None,
        role="system" if is_ours else event.actor_role,
        channel=event.channel,
        icon=icon,
        sentence=_sentence(event, facts) if look == "sys" else "",
        text=_said(event) if look != "sys" or event.type in _WITH_TEXT else "",
        tag=tag,
        tier=event.payload.get("by_tier"),
        parts=_parts(event),
        files=files,
        starts_day=starts_day,
    )


def _said(event: Event) -> str:
    """The words; of a step of a checklist the step and its result before them."""
    text = str(event.words.get("text", ""))
    if "checklist" not in event.payload:
        return text
    step = f"{event.words.get('title', '')}{gettext('page.time.colon')}{word('check', event.payload.get('result'))}"
    return f"{step}\n{text}".strip()


def _sentence(event: Event, facts: Mapping[str, Any]) -> str:
    name = _GIVEN.get(str(event.payload.get("reason")), event.type) if event.type == "assigned" else event.type
    name = facts.get("said_as", name)
    said = gettext(f"page.event.{name}").format_map(_Blank(facts))
    return gettext("page.event.undone").format(said=said) if "undoes" in event.payload else said


def _look(event: Event) -> tuple[str, str]:
    if event.type in ("opened", "customer_message"):
        return ("agent" if event.actor_role in ("engineer", "manager") else "customer"), ""
    if event.type == "public_message":
        return "agent", "automatic" if event.payload.get("automatic") else "plan" if event.payload.get(
            "plan"
        ) else "public"
    if event.type == "call":
        return "agent", f"call_{event.payload.get('direction')}{'' if event.payload.get('two_way') else '_alone'}"
    if event.type == "note":
        return "note", event.payload.get("kind", "note")
    return "sys", ""


# System lines that carry a person's words below them.
_WITH_TEXT = ("waited", "handed_back", "reopened")
# Why a ticket changed hands, where the product or the shift is why.
_GIVEN = {
    "nothing_said": "returned",
    "shift_ended": "shift_ended",
    "assignment_ended": "assignment_ended",
    "handed_over": "handed_over",
}
_NAMED_WORDS = ("resolution", "comment", "result", "title", "reason", "evidence", "report")


def _parts(event: Event) -> list[tuple[str, Any]]:
    found = [(name, event.words[name]) for name in _NAMED_WORDS if event.words.get(name)]
    package = event.words.get("package") or {}
    return found + [
        (name, package[name])
        for name in ("symptoms", "impact", "steps_tried", "evidence", "question")
        if package.get(name)
    ]


Teller = Callable[[Event, Names], tuple[str, Mapping[str, Any]]]


def _plain(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "list", event.payload


def _prioritised(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    told = event.payload
    return "flag", {
        "was": told.get("was", "—"),
        "priority": told["priority"],
        "impact": word("impact", told.get("impact")),
        "urgency": word("urgency", told.get("urgency")),
        "reason": word("priority_reason", told.get("reason")),
    }


def _classified(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    service = names.services.get(event.payload.get("service") or 0, "—")
    code = event.payload.get("fault_class") or "—"
    return "layers", {"service": service, "fault_class": names.fault_classes.get(code, code)}


def _assigned(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "users", {
        "assignee": names.person(event.payload.get("assignee")),
        "was": names.person(event.payload.get("was")),
    }


def _waited(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    until = event.payload.get("until")
    shown = f"{localtime(datetime.fromisoformat(until)):%m-%d %H:%M}" if until else gettext("page.time.open_end")
    return "pause", {"on": word("wait", event.payload.get("on")), "until": shown}


def _resumed(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "play", {"why": word("resume_why", event.payload.get("why"))}


def _tier(icon: str, key: str) -> Teller:
    def tell(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
        told = event.payload
        return icon, {
            "tier": f"L{told.get(key)}",
            "was": f"L{told.get('was')}",
            "reason": word("return_reason", told.get("reason")),
        }

    return tell


def _task(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    due = event.payload.get("due_at")
    shown = f"{localtime(datetime.fromisoformat(due)):%m-%d %H:%M}" if due else "—"
    return "list", {
        "task": event.payload.get("task"),
        "department": _asked(event, names),
        "due": shown,
    }


def _asked(event: Event, names: Names) -> str:
    """The supplier or department that a task went to; its end names neither."""
    supplier = event.payload.get("supplier")
    return names.suppliers.get(supplier, supplier) if supplier else word("department", event.payload.get("department"))


def _resolved(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "check", {"cause": event.payload.get("cause", "")}


def _verified(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "check", {"by": word("verified_by", event.payload.get("by"))}


def _archived(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "inbox", {"knowledge": word("knowledge", event.payload.get("knowledge"))}


def _reopened(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "undo", {"why": word("reopen_why", event.payload.get("why"))}


def _other_ticket(key: str) -> Teller:
    def tell(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
        other = event.payload.get(key)
        return "link", {"ticket": names.tickets.get(other or 0, f"#{other}")}

    return tell


def _linked(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    return "link", {"kind": word("link", event.payload.get("kind")), "target": event.payload.get("target", "")}


def _clock(event: Event, names: Names) -> tuple[str, Mapping[str, Any]]:
    told = event.payload
    facts = {"clock": word("clock_full", told.get("kind")), "reason": told.get("reason", "")}
    step = names.steps.get(told.get("step") or "")
    if event.type != "clock_warned" or step is None:
        return "clock", facts
    facts["whom"] = word("told", step.tell)
    if step.used is not None:
        return "clock", {**facts, "said_as": "clock_used", "percent": round(100 * step.used)}
    facts["time"] = minutes(abs(step.offset))
    return "clock", {**facts, "said_as": "clock_before" if step.offset < 0 else "clock_after"}


_TELLERS: Mapping[str, Teller] = {
    "prioritised": _prioritised,
    "classified": _classified,
    "assigned": _assigned,
    "waited": _waited,
    "resumed": _resumed,
    "paged": _tier("bell", "tier"),
    "escalated": _tier("handoff", "to"),
    "accepted": _tier("check", "tier"),
    "handed_back": _tier("undo", "to"),
    "task_opened": _task,
    "task_finished": _task,
    "resolved": _resolved,
    "verified": _verified,
    "archived": _archived,
    "reopened": _reopened,
    "merged": _other_ticket("into"),
    "merge_absorbed": _other_ticket("from"),
    "unmerged": _other_ticket("from"),
    "merge_released": _other_ticket("from"),
    "split_off": _other_ticket("into"),
    "linked": _linked,
    "clock_warned": _clock,
    "clock_breached": _clock,
    "clock_dismissed": _clock,
    "clock_restated": _clock,
}


def minutes(micros: int) -> str:
    """15 分 or 1.5 小时, as prose has it."""
    n = micros // 60_000_000
    return gettext("page.time.minutes").format(n=n) if n < 60 else gettext("page.time.hours").format(n=f"{n / 60:g}")


def word(group: str, value: Any) -> str:
    return code_word(group, value) if value else "—"


def tickets_named(events: Sequence[Event]) -> set[int]:
    """The other tickets that the lines mention."""
    found = {e.payload.get(key) for e in events for key in ("into", "from") if e.type in _MENTION}
    return {int(i) for i in found if isinstance(i, int)}


_MENTION = ("merged", "merge_absorbed", "unmerged", "merge_released", "split_off")


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
