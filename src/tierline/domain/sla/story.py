"""A ticket told as JSON, with its calendar and agreement: what ``tierline sla explain`` reads from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tierline.domain.calendars import Calendar, parsed
from tierline.domain.errors import Invalid, Missing
from tierline.domain.events import RANK, Event
from tierline.domain.priority import Priority
from tierline.domain.terms import Terms

_KEYS = {"calendar", "agreement", "agreements", "events", "at", "outages"}
_OF_AN_EVENT = {"type", "at", "recorded_at", "seq", "role", "actor", "channel", "audience", "payload"}
_REQUIRED = {"prioritised": "priority", "clock_dismissed": "kind", "clock_rebased": "agreement", "waited": "on"}
_OF_TIERS = frozenset({"opened", "paged", "escalated", "accepted", "handed_back"})


class Story(NamedTuple):
    """Everything that the clocks of one ticket depend on. ``at`` is when the file asks, if it says so."""

    events: list[Event]
    terms: Mapping[int, Terms] | Terms
    at: datetime | None
    outages: list[tuple[datetime, datetime]]


def read_story(value: Any) -> Story:
    """From ``{calendar?, agreement? | agreements?, events, at?, outages?}`` (docs/sla.md).

    Without an agreement the default promises apply, P3 and P4 on the ``calendar`` when there is one. Raises Invalid.
    """
    if not isinstance(value, Mapping):
        raise Invalid(field="story", value=str(value)[:80])
    unknown = set(value) - _KEYS
    if unknown:
        raise Invalid(field="story", unknown=sorted(unknown))
    events = value.get("events")
    if not isinstance(events, Sequence) or isinstance(events, str) or not events:
        raise Missing(field="events")
    return Story(
        events=[_event(said, seq) for seq, said in enumerate(events, start=1)],
        terms=_terms(value),
        at=parsed(value["at"]) if value.get("at") else None,
        outages=[_outage(pair) for pair in value.get("outages") or ()],
    )


def _terms(value: Mapping[str, Any]) -> Mapping[int, Terms] | Terms:
    calendar = Calendar.from_json(value["calendar"]) if "calendar" in value else None
    if "agreements" in value:
        many = value["agreements"]
        if not isinstance(many, Mapping):
            raise Invalid(field="agreements", value=str(many))
        return {_number(n): _agreement(said, value.get("calendar")) for n, said in many.items()}
    if "agreement" in value:
        return _agreement(value["agreement"], value.get("calendar"))
    return Terms.default(calendar)


def _agreement(said: Any, calendar: Any) -> Terms:
    """The file's ``calendar`` is the agreement's calendar named ``office``, unless the agreement brings its own."""
    if not isinstance(said, Mapping):
        raise Invalid(field="agreement", value=str(said))
    if calendar is None:
        return Terms.from_json(said)
    return Terms.from_json({**said, "calendars": {"office": calendar, **said.get("calendars", {})}})


def _event(said: Any, seq: int) -> Event:
    if not isinstance(said, Mapping) or not said.get("type") or not said.get("at"):
        raise Invalid(field="events", n=seq, value=str(said))
    unknown = set(said) - _OF_AN_EVENT
    if unknown:
        raise Invalid(field="events", n=seq, unknown=sorted(unknown))
    if said["type"] not in RANK:
        raise Invalid(field="events.type", n=seq, value=str(said["type"]), allowed=sorted(RANK))
    at = parsed(said["at"], field="events.at")
    payload = said.get("payload", {})
    if not isinstance(payload, Mapping):
        raise Invalid(field="events.payload", n=seq, value=str(payload))
    _check_payload(str(said["type"]), payload, seq)
    return Event(
        ticket_id=0,
        seq=_number(said.get("seq", seq)),
        occurred_at=at,
        recorded_at=parsed(said["recorded_at"], field="events.recorded_at") if said.get("recorded_at") else at,
        type=str(said["type"]),
        channel=str(said.get("channel", "file")),
        actor_id=said.get("actor"),
        actor_role=str(said.get("role", "system")),
        audience=str(said.get("audience", "internal")),
        payload=payload,
    )


def _check_payload(type_: str, payload: Mapping[str, Any], seq: int) -> None:
    """What the fold relies on; recorded tickets have it by construction."""
    required = _REQUIRED.get(type_)
    if required is not None and payload.get(required) is None:
        raise Missing(field=f"events.payload.{required}", n=seq, type=type_)
    priority = payload.get("priority")
    if priority is not None and priority not in set(Priority):
        raise Invalid(field="events.payload.priority", n=seq, value=str(priority), allowed=[p.value for p in Priority])
    for name in ("tier", "to", "from"):
        if name in payload and type_ in _OF_TIERS and not isinstance(payload[name], int):
            raise Invalid(field=f"events.payload.{name}", n=seq, value=str(payload[name]))
    if not isinstance(payload.get("undoes", 0), int):
        raise Invalid(field="events.payload.undoes", n=seq, value=str(payload["undoes"]))
    if not isinstance(payload.get("by_tier", 0), int):
        raise Invalid(field="events.payload.by_tier", n=seq, value=str(payload["by_tier"]))


def _outage(pair: Any) -> tuple[datetime, datetime]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise Invalid(field="outages", value=str(pair))
    begins, ends = parsed(pair[0], field="outages"), parsed(pair[1], field="outages")
    if ends <= begins:
        raise Invalid(field="outages", value=[str(begins), str(ends)])
    return begins, ends


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Invalid(field="agreements", value=str(value)) from None
