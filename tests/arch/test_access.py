"""Every URL, asked by everyone who is not supposed to: nobody, and people from next door in each direction."""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from tests.support.world import PASSWORD, Place, World, acting, add_staff, make_key, make_world
from tierline.accounts import queries
from tierline.accounts import services as accounts
from tierline.desk import services
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import NewTicket
from tierline.domain.lifecycle import Move
from tierline.plumbing import clock, tenancy
from tierline.plumbing.actor import REQUESTER, Actor

CANARY = "金丝雀canary7391"
TABLE: Mapping[str, str] = tomllib.loads(Path(__file__).with_name("access.toml").read_text(encoding="utf-8"))
# A whole and right request of each verb, so that only who asks can be the reason to refuse.
BODIES: Mapping[str, Mapping[str, Any]] = {
    "replies": {"text": "x"},
    "notes": {"text": "x"},
    "classify": {"service": "general", "fault_class": ""},
    "prioritise": {"impact": "minor", "urgency": "low", "reason": "first"},
    "assign": {"assignee": 1},
    "wait": {"on": "third_party", "reason": "x"},
    "escalate": {
        "to": "L2",
        "package": {
            "symptoms": "x",
            "impact": "x",
            "steps_tried": [{"step": "x", "result": "x"}],
            "evidence": ["x"],
            "question": "x",
        },
    },
    "hand-back": {"reason": "other", "text": "x"},
    "tasks": {"department": "rnd", "title": "x"},
    "tasks/1/finish": {"result": "x"},
    "calls": {"direction": "in", "two_way": True, "text": "x"},
    "rca": {"report": "x"},
    "restore": {"evidence": ["x"]},
    "resolve": {"cause": "x", "resolution": "x"},
    "verify": {"accepted": True, "evidence": ["x"]},
    "archive": {"knowledge": "none", "reason": "x"},
    "reopen": {"reason": "x"},
    "merge": {"into": 2},
    "split": {"from_event": 1, "subject": "x"},
    "link": {"kind": "problem", "target": "PB-1"},
}
DOOR_STATUS = {401, 403, 302, 303, 404, 405}


def routes() -> list[str]:
    def walk(patterns: Any, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, path)
            else:
                yield path

    return list(dict.fromkeys(walk(get_resolver().url_patterns)))


@dataclass(frozen=True)
class Ours:
    """What strangers are after: a ticket with a file, in the home enterprise."""

    world: World
    ticket: Ticket
    attachment: int

    def paths(self, route: str) -> Iterator[str]:
        values = {
            "ticket": str(self.ticket.id),
            "number": "1" if "/tasks/<number>" in route else self.ticket.number,
            "slug": self.world.home.slug,
            "attachment": str(self.attachment),
            "attachment_id": str(self.attachment),
            "task": "1",
        }
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m[1], "{verb}"), route)
        verbs = [move.value for move in Move] if "{verb}" in path else [""]
        yield from (path.replace("{verb}", verb) for verb in verbs)


@pytest.fixture
def ours() -> Ours:
    now = clock.now()
    world = make_world(at=now)
    home, l1 = world.home, world.home.people["l1"]
    kept = services.keep_attachment(
        actor=l1, enterprise_id=home.enterprise_id, name=f"{CANARY}.txt", chunks=[CANARY.encode()], at=now
    )
    item = NewTicket(
        enterprise_id=home.enterprise_id,
        subject=CANARY,
        text=f"{CANARY} text",
        requester_email=home.people["requester"].email,
        attachments=[kept.id],
    )
    made = services.open_tickets(actor=l1, items=[item], at=now)[0]
    assert isinstance(made, Ticket)
    [ticket] = services.claim_tickets(actor=l1, seen={made.id: made.version}, at=now)
    [ticket] = services.open_task(actor=l1, seen={ticket.id: ticket.version}, department="rnd", title=CANARY, at=now)
    return Ours(world, ticket, kept.id)


def strangers(ours: Ours) -> Mapping[str, tuple[Actor, str]]:
    """Everyone who must learn nothing, with an API key."""
    world, now = ours.world, clock.now()
    home: Place = world.home
    other_customer = accounts.add_person(
        actor=home.system,
        role=REQUESTER,
        email=f"other@{home.slug}.example",
        name="乙公司的人",
        enterprise_id=home.enterprise_id,
        customer_id=home.customers["乙公司"],
        password=PASSWORD,
        at=now,
    )
    left = add_staff(home.system, home.enterprise_id, f"left-{home.slug}", at=now)
    with tenancy.reading(home.system):
        [row] = queries.assignments([left])
    accounts.end_assignment(actor=home.system, assignment_id=row.id, at=now)
    ids = {"another end customer's requester": other_customer, "an engineer whose assignment ended": left}
    found = {
        name: (acting(home.provider_id, person, at=now), make_key(home.system, person, at=now))
        for name, person in ids.items()
    }
    for name, place in (("another enterprise's", world.neighbour), ("another provider's", world.abroad)):
        for role in ("l1", "requester"):
            found[f"{name} {role}"] = (place.people[role], place.keys[role])
    found["a colleague who asked nothing"] = (home.people["colleague"], home.keys["colleague"])
    return found


def ask(path: str, method: str, who: tuple[Actor, str] | None) -> HttpResponse:
    client = Client(raise_request_exception=False)
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    if path.startswith("/api/"):
        if who:
            headers["Authorization"] = f"Bearer {who[1]}"
        told = BODIES.get(path.partition("/tickets/")[2].partition("/")[2], {})
        body = json.dumps({"version": 3, **told} if method == "POST" else {})
        return client.generic(method, path, body, "application/json", headers=headers)  # type: ignore[return-value]
    if who:
        session = client.session
        session["person"] = [who[0].provider_id, who[0].person_id]
        session.save()
        client.cookies["tierline"] = session.session_key
    return client.generic(method, path, "version=3", "application/x-www-form-urlencoded")  # type: ignore[return-value]


def body_of(answer: HttpResponse) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return raw.decode("utf-8", "replace")


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert sorted(TABLE) == sorted(routes())
    assert set(TABLE.values()) <= {"ticket", "list", "door"}


@pytest.mark.django_db(transaction=True)
def test_nobody_and_strangers_learn_and_change_nothing(ours: Ours) -> None:
    asked = 0
    visitors: dict[str, tuple[Actor, str] | None] = {"nobody": None, **strangers(ours)}
    before = state_of(ours)
    wrong = []
    for route, kind in TABLE.items():
        for path in ours.paths(route):
            for method in ("GET", "POST"):
                for name, who in visitors.items():
                    answer = ask(path, method, who)
                    asked += 1
                    told = body_of(answer)
                    if CANARY in told or CANARY in str(answer.headers):
                        wrong.append(f"{method} {path} told {name} of the ticket ({answer.status_code})")
                    if answer.status_code >= 500:
                        wrong.append(f"{method} {path} failed for {name} ({answer.status_code})")
                    if kind == "ticket" and answer.status_code not in DOOR_STATUS:
                        wrong.append(f"{method} {path} answered {name} with {answer.status_code}")
                    if kind == "list" and name == "nobody" and answer.status_code not in DOOR_STATUS:
                        wrong.append(f"{method} {path} let nobody in with {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 500
    assert state_of(ours) == before


@pytest.mark.django_db(transaction=True)
def test_the_same_questions_by_those_who_may_show_the_ticket(ours: Ours) -> None:
    """The proof that the canary sings: without it the test above could not fail."""
    home = ours.world.home
    l1, requester = (home.people["l1"], home.keys["l1"]), (home.people["requester"], home.keys["requester"])
    for path, who in (
        (f"/api/v1/tickets/{ours.ticket.id}", l1),
        (f"/api/v1/tickets/{ours.ticket.id}/events", requester),
        ("/api/v1/tickets", l1),
        (f"/api/v1/attachments/{ours.attachment}", requester),
        (f"/attachments/{ours.attachment}", l1),
        (f"/tickets/{ours.ticket.number}", l1),
        ("/queue", l1),
        (f"/p/{home.slug}/", requester),
        (f"/p/{home.slug}/tickets/{ours.ticket.number}", requester),
        ("/tasks", (home.people["department"], home.keys["department"])),
    ):
        answer = ask(path, "GET", who)
        assert (answer.status_code, CANARY in body_of(answer) + str(answer.headers)) == (200, True), path


def state_of(ours: Ours) -> Any:
    with tenancy.reading(ours.world.home.system):
        return list(Ticket.objects.order_by("id").values()), TicketEvent.objects.count()
