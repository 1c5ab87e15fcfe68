"""THE table of verbs: what each takes, and the service call that it becomes. Single acts and batches read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.api.tickets import bodies, cite, find
from tierline.api.tickets.bodies import Versioned
from tierline.desk import services
from tierline.plumbing.actor import Actor

Service = Callable[..., Sequence[Any]]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """``read`` makes the service's fields of a body where they are not simply its fields."""

    body: type[Versioned]
    service: Service
    read: Callable[[Actor, int, Any, datetime], Fields] | None = None

    def fields(self, actor: Actor, ticket_id: int, body: Versioned, *, at: datetime) -> Fields:
        """Raises NotFound for a name in the body that leads nowhere."""
        given = {name: getattr(body, name) for name in type(body).model_fields if name != "version"}
        return given if self.read is None else self.read(actor, ticket_id, body, at)


def _assign(actor: Actor, ticket_id: int, body: bodies.Assign, at: datetime) -> Fields:
    return {"assignee_id": find.assignee_id(actor, ticket_id, body.assignee, at=at)}


def _escalate(actor: Actor, ticket_id: int, body: bodies.Escalate, at: datetime) -> Fields:
    return {"to": body.to, "package": body.package.model_dump(exclude_unset=True) if body.package else None}


def _resolve(actor: Actor, ticket_id: int, body: bodies.Resolve, at: datetime) -> Fields:
    cited: dict[str, int | None] = {"known_error": None, "article": None}
    if body.known_error is not None or body.article is not None:
        cited = cite.cited(actor, ticket_id, known_error=body.known_error, article=body.article)
    return {"cause": body.cause, "resolution": body.resolution, "reply": body.reply, **cited}


def _merge(actor: Actor, ticket_id: int, body: bodies.Merge, at: datetime) -> Fields:
    return {"into": find.ticket_id(actor, body.into)}


def _link(actor: Actor, ticket_id: int, body: bodies.Link, at: datetime) -> Fields:
    target = str(body.target)
    if body.kind == "problem":
        target = cite.problem_number(actor, ticket_id, body.target)
    return {"kind": body.kind, "target": target}


VERBS: Mapping[str, Verb] = {
    "replies": Verb(bodies.Reply, services.reply_to_tickets),
    "notes": Verb(bodies.Note, services.note_on_tickets),
    "calls": Verb(bodies.Call, services.log_calls),
    "classify": Verb(bodies.Classify, services.classify_tickets),
    "prioritise": Verb(bodies.Prioritise, services.prioritise_tickets),
    "assign": Verb(bodies.Assign, services.assign_tickets, _assign),
    "claim": Verb(bodies.Claim, services.claim_tickets),
    "wait": Verb(bodies.Wait, services.wait_tickets),
    "resume": Verb(bodies.Resume, services.resume_tickets),
    "escalate": Verb(bodies.Escalate, services.escalate_ticket, _escalate),
    "accept": Verb(bodies.Accept, services.accept_tickets),
    "hand-back": Verb(bodies.HandBack, services.hand_back_ticket),
    "tasks": Verb(bodies.NewTask, services.open_task),
    "restore": Verb(bodies.Restore, services.restore_tickets),
    "resolve": Verb(bodies.Resolve, services.resolve_tickets, _resolve),
    "rca": Verb(bodies.Report, services.issue_reports),
    "verify": Verb(bodies.Verify, services.verify_tickets),
    "archive": Verb(bodies.Archive, services.archive_tickets),
    "reopen": Verb(bodies.Reopen, services.reopen_tickets),
    "merge": Verb(bodies.Merge, services.merge_tickets, _merge),
    "unmerge": Verb(bodies.Unmerge, services.unmerge_ticket),
    "link": Verb(bodies.Link, services.link_ticket, _link),
}
