"""Send me one now: a mailbox is tried from end to end, and each step has a name and a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tierline.channels import operations, policies, queries, registry, transports
from tierline.channels.base import Outbound, Parcel
from tierline.channels.imap import FetchFailed
from tierline.channels.models import Mailbox, RawMessage
from tierline.channels.models.mailbox import IMAP
from tierline.channels.services import relaying
from tierline.channels.services.fetching import look_in
from tierline.channels.services.states import save
from tierline.channels.wording import say
from tierline.domain.errors import DomainError, NotFound
from tierline.plumbing import clock, jobs, tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# How long the test waits for its own message, and how often it looks.
WAIT_SECONDS, LOOK_SECONDS = 30.0, 0.5
RUNNING, DONE = "running", "done"
OK, FAILED, SKIPPED = "ok", "failed", "skipped"


@service
def start_test(*, actor: Actor, mailbox_id: int, at: datetime) -> str:
    """The test's key; a worker runs it, and the mailbox's ``test`` shows how it goes. Raises NotFound, NotAllowed."""
    row = Mailbox.objects.select_for_update().filter(id=mailbox_id).first()
    if row is None:
        raise NotFound(what="mailbox", value=mailbox_id)
    policies.require(actor, "mailbox.change", row.enterprise_id)
    key = f"test-{row.id}-{at:%Y%m%d%H%M%S%f}"
    save(row, tested_at=at, test={"key": key, "state": RUNNING, "steps": []})
    scope = {"provider_id": row.provider_id, "enterprise_id": row.enterprise_id}
    jobs.defer(run_test, **scope, mailbox_id=row.id, key=key)
    return key


def run_test(provider_id: int, enterprise_id: int, mailbox_id: int, key: str) -> list[dict[str, str]]:
    """The job. Steps in order: ``connect`` (can we read the server's folder), ``send`` (does the relay take it),
    ``arrive`` (did it come back to us and was it stored)."""
    actor = system(provider_id, (enterprise_id,))
    with tenancy.reading(actor):
        box = Mailbox.objects.get(id=mailbox_id)
    if box.test.get("key") != key or box.test.get("state") != RUNNING:
        return list(box.test.get("steps", ()))
    steps: list[dict[str, str]] = []

    def told(name: str, act: Callable[[], str]) -> bool:
        try:
            state, code, detail = OK, "", act()
        except _Skip as skip:
            state, code, detail = SKIPPED, skip.code, ""
        except (FetchFailed, transports.NotDelivered, transports.Undeliverable, _NotArrived) as failed:
            state, code, detail = FAILED, _code(failed), str(failed.facts.get("reason", ""))
        steps.append({"name": name, "state": state, "code": code, "detail": detail[:300]})
        note_steps(actor=actor, mailbox_id=mailbox_id, key=key, steps=steps, state=RUNNING)
        return state == OK

    parcel = make_letter(actor=actor, mailbox_id=mailbox_id, key=key, at=clock.now())
    told("connect", lambda: _connect(actor, box))
    is_sent = told("send", lambda: _send(actor, box, parcel))
    if is_sent:
        told("arrive", lambda: _arrive(actor, box, parcel))
    note_steps(actor=actor, mailbox_id=mailbox_id, key=key, steps=steps, state=DONE)
    return steps


class _Skip(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _NotArrived(DomainError):
    code = "not_arrived"


def _code(failed: DomainError) -> str:
    return str(failed.facts.get("why", failed.code))


def _connect(actor: Actor, box: Mailbox) -> str:
    if box.intake != IMAP:
        raise _Skip("not_fetched")
    return look_in(actor, box)


def _send(actor: Actor, box: Mailbox, parcel: Parcel) -> str:
    relaying.hand_over(actor, box, parcel)
    return "outbox" if relaying.is_outbox(box) else ""


def _arrive(actor: Actor, box: Mailbox, parcel: Parcel) -> str:
    if relaying.is_outbox(box):
        raise _Skip("outbox")
    wanted = queries.message_id_of(parcel.body)
    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        with tenancy.reading(actor):
            if RawMessage.objects.filter(mailbox_id=box.id, message_id=wanted).exists():
                return ""
        clock.pause(LOOK_SECONDS)
    raise _NotArrived


@service
def make_letter(*, actor: Actor, mailbox_id: int, key: str, at: datetime) -> Parcel:
    """A mail from the mailbox to itself, marked as a test: it is stored and parked, and opens no ticket."""
    box = Mailbox.objects.get(id=mailbox_id)
    own = operations.sender(box.enterprise_id, box.id)
    held = transports.Held()
    text = say("mail_test", language="zh-hans") + "\n" + say("mail_test", language="en")
    outbound = Outbound(key, own, (own,), f"Tierline {key}", text, at, automatic=True, is_test=True)
    registry.channel("email").send(outbound, transport=held)
    assert held.parcel is not None
    return held.parcel


@service
def note_steps(*, actor: Actor, mailbox_id: int, key: str, steps: list[dict[str, str]], state: str) -> None:
    """Nothing is written over a test that was started later."""
    row: Any = Mailbox.objects.select_for_update().get(id=mailbox_id)
    if row.test.get("key") == key:
        save(row, test={"key": key, "state": state, "steps": steps})
