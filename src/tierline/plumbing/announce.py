"""Announce up: what happened below becomes one job per handler named in ``config/wiring.py``."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, get_type_hints

from tierline.plumbing import jobs


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """Ids and codes of something that happened; handlers read the rest themselves, in scope.

    ``id`` is the key under which a handler remembers that it has dealt with this one.
    """

    provider_id: int
    enterprise_id: int
    at: datetime
    id: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex)

    for_the_record: ClassVar[bool] = False

    def body(self) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Announcement:
        instants = _instants(cls)
        read: dict[str, Any] = {n: datetime.fromisoformat(v) if n in instants else v for n, v in body.items()}
        return cls(**read)


def _instants(kind: type[Announcement]) -> frozenset[str]:
    """The fields of the kind of announcement that hold an instant."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if hint is datetime)


Handler = Callable[[Any], None]
Pick = Callable[[Sequence[Any]], Iterable[Any]]
_handlers: dict[type[Announcement], tuple[Handler, ...]] = {}


def use(table: Mapping[type[Announcement], Iterable[Handler]]) -> None:
    """Handed down once at start-up by the composition root."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in table.items()})


def wired() -> Mapping[type[Announcement], tuple[Handler, ...]]:
    return dict(_handlers)


def only(pick: Pick) -> Callable[[Handler], Handler]:
    """For a handler that seldom has anything to do: it gets a job only for the events that ``pick`` returns.

    ``pick`` is asked inside the announcing transaction, once for all events of a kind: it must be one cheap look.
    """

    def mark(handler: Handler) -> Handler:
        handler.pick = pick  # type: ignore[attr-defined]
        return handler

    return mark


def announce(*events: Announcement) -> None:
    """Defer one job per event and handler in the current transaction."""
    jobs.defer_many(
        (
            deliver,
            {"handler": jobs.path_of(handler), "event": jobs.path_of(type(event)), "body": event.body()},
        )
        for kind in dict.fromkeys(map(type, events))
        for handler in _handlers.get(kind, ())
        for event in _picked(handler, [e for e in events if type(e) is kind])
    )


def _picked(handler: Handler, events: Sequence[Announcement]) -> Iterable[Announcement]:
    pick: Pick | None = getattr(handler, "pick", None)
    return events if pick is None else pick(events)


def deliver(handler: str, event: str, body: dict[str, Any]) -> None:
    kind = jobs.resolve(event)
    jobs.resolve(handler)(kind.read(body))  # type: ignore[attr-defined]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
