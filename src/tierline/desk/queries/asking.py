"""What a page asks about a service that somebody chose, and what was answered so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tierline.agreements import queries as agreements
from tierline.agreements.queries import request_forms
from tierline.agreements.queries.request_forms import FormRow
from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.domain import forms
from tierline.domain.events import Event
from tierline.domain.forms import NUMBER, Drawn, Field
from tierline.domain.redaction import redacted
from tierline.plumbing.actor import Actor

VERSION = "form_version"


@dataclass(slots=True)
class Asking:
    """``is_seen``: the answers are to this very version, which stood on the page that was sent."""

    row: FormRow | None = None
    given: dict[str, Any] = field(default_factory=dict)
    is_seen: bool = False
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def version(self) -> int | None:
        return self.row.number if self.row is not None else None

    @property
    def drawn(self) -> list[Drawn]:
        return forms.drawn(self.row.form, self.given, self.errors) if self.row is not None else []

    @property
    def file_fields(self) -> list[str]:
        return [d.field.key for d in self.drawn if d.field.kind == "attachment"]

    def keep(self, key: str, ids: Sequence[int]) -> None:
        """Files that were sent with the form: they are here, whatever becomes of the rest."""
        self.given[key] = [*(self.given.get(key) or []), *ids]

    def refuse(self, errors: Sequence[Mapping[str, Any]], say: Callable[[Mapping[str, Any]], str]) -> None:
        for error in errors:
            self.errors.setdefault(str(error["field"]), []).append(say(error))


def asking(enterprise_id: int, service: str, lists: Callable[[str], list[str]]) -> Asking:
    """``lists`` gives all values that were sent under a name; none where nothing was."""
    found = agreements.services_by_code(enterprise_id, [service]).get(service) if service else None
    row = request_forms.asked(found.id) if found is not None else None
    if row is None:
        return Asking()
    is_seen = lists(VERSION)[:1] == [str(row.number)]
    given = forms.posted(row.form, lists) if is_seen else forms.defaults(row.form)
    return Asking(row, given, is_seen)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered when the ticket was opened, in the order in which it was asked."""

    version: int
    answers: Sequence[tuple[Field, Any]]


def answered(actor: Actor, ticket: Ticket, events: Sequence[Event]) -> Answered | None:
    """Read by the form version that the opening names; None where no form was asked. ``events`` as they are read.

    A number that is somebody's is masked as words are.
    """
    opened = next((e for e in events if e.type == "opened" and e.payload.get("form")), None)
    row = request_forms.forms_by_id([opened.payload["form"]]).get(opened.payload["form"]) if opened else None
    if opened is None or row is None:
        return None
    is_own = policies.owns_words(actor, ticket.requester_id, ticket.id)
    given = {**opened.payload.get("answers", {}), **opened.words.get("answers", {})}
    found = [(f, given[f.key]) for f in row.form.fields if f.key in given]
    return Answered(row.number, [(f, v if is_own or f.kind != NUMBER else redacted(str(v))) for f, v in found])
