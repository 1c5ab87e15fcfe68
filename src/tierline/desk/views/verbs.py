"""THE table of what a browser can do with a ticket: the form of each verb and the service it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.desk import forms, queries, services
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class Ask:
    """One press of a button: whose, on which ticket as it was seen, when, with what."""

    actor: Actor
    ticket: Any
    seen: Mapping[int, int]
    at: datetime
    form: Any

    @property
    def given(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.form.cleaned_data
        return cleaned

    def named(self, *fields: str) -> dict[str, Any]:
        return {name: self.given[name] for name in fields}

    @property
    def usual(self) -> dict[str, Any]:
        return {"actor": self.actor, "seen": self.seen, "at": self.at}


@dataclass(frozen=True, slots=True)
class Verb:
    form: type[forms.Move]
    call: Callable[[Ask], Any]
    icon: str = "check"


def _with(service: Callable[..., Any], *fields: str) -> Callable[[Ask], Any]:
    """A service that takes the form's fields by the same names."""
    return lambda ask: service(**ask.usual, **ask.named(*fields))


def _reply(ask: Ask) -> Any:
    kept = [int(n) for n in ask.given["kept"].split(",") if n.isdecimal() and len(n) < 19][:50]
    kept += [_keep(ask, file) for file in ask.given["attachments"]]
    ask.given["kept"] = ",".join(map(str, kept))
    return services.reply_to_tickets(
        **ask.usual, text=ask.given["text"], attachments=kept, then_wait=ask.given["then"] == "wait"
    )


def _keep(ask: Ask, file: Any) -> int:
    """A file is kept before the message is tried, so that a refusal does not ask for it again."""
    kept = services.keep_attachment(
        actor=ask.actor, enterprise_id=ask.ticket.enterprise_id, name=file.name, chunks=file.chunks(), at=ask.at
    )
    return int(kept.id)


def _assign(ask: Ask) -> Any:
    return services.assign_tickets(**ask.usual, assignee_id=ask.given["assignee"])


def _escalate(ask: Ask) -> Any:
    return services.escalate_ticket(**ask.usual, to=ask.given["to"], package=ask.form.package())


def _task(ask: Ask) -> Any:
    fields = ask.named("department", "title", "due_in_minutes", "blocking")
    return services.open_task(**ask.usual, supplier=ask.given.get("supplier", ""), **fields)


def _merge(ask: Ask) -> Any:
    with tenancy.reading(ask.actor):
        target = queries.ticket_numbered(ask.actor, ask.given["into"].strip())
    return services.merge_tickets(**ask.usual, into=target.id)


VERBS: Mapping[str, Verb] = {
    "reply": Verb(forms.Reply, _reply, "undo"),
    "note": Verb(forms.Note, _with(services.note_on_tickets, "text", "kind", "summary"), "lock"),
    "call": Verb(forms.Call, _with(services.log_calls, "direction", "two_way", "text", "happened_at"), "phone"),
    "claim": Verb(forms.Plain, _with(services.claim_tickets), "check"),
    "assign": Verb(forms.Assign, _assign, "users"),
    "classify": Verb(forms.Classify, _with(services.classify_tickets, "service", "fault_class"), "layers"),
    "prioritise": Verb(forms.Prioritise, _with(services.prioritise_tickets, "impact", "urgency", "reason"), "flag"),
    "wait": Verb(forms.Wait, _with(services.wait_tickets, "on", "reason", "until"), "pause"),
    "resume": Verb(forms.Plain, _with(services.resume_tickets), "play"),
    "escalate": Verb(forms.Escalate, _escalate, "handoff"),
    "accept": Verb(forms.Plain, _with(services.accept_tickets), "check"),
    "hand-back": Verb(forms.HandBack, _with(services.hand_back_ticket, "reason", "text"), "undo"),
    "task": Verb(forms.Task, _task, "list"),
    "restore": Verb(forms.Restore, _with(services.restore_tickets, "evidence"), "play"),
    "resolve": Verb(
        forms.Resolve,
        _with(services.resolve_tickets, "cause", "resolution", "reply", "article", "known_error"),
        "check",
    ),
    "verify": Verb(forms.Verify, _with(services.verify_tickets, "accepted", "comment", "evidence"), "check"),
    "rca": Verb(forms.Report, _with(services.issue_reports, "report"), "list"),
    "archive": Verb(forms.Archive, _with(services.archive_tickets, "knowledge", "reason"), "inbox"),
    "reopen": Verb(forms.Reopen, _with(services.reopen_tickets, "reason"), "undo"),
    "merge": Verb(forms.Merge, _merge, "copy"),
    "unmerge": Verb(forms.Plain, _with(services.unmerge_ticket), "undo"),
    "split": Verb(forms.Split, _with(services.split_ticket, "from_event", "subject"), "copy"),
    "link": Verb(forms.Link, _with(services.link_ticket, "kind", "target"), "link"),
}
