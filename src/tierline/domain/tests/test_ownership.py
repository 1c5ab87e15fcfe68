"""Owned, and nothing said: when the ticket goes back. P1 15 m, P2 1 h around the clock; P3 4 h, P4 8 h Mon-Fri 09-18."""

from dataclasses import replace

import pytest

from tierline.domain.errors import Invalid
from tierline.domain.events import Event
from tierline.domain.ownership import silence
from tierline.domain.terms import TargetNotPositive, TargetTooLong, Terms
from tierline.domain.tests.stories import at

TERMS = Terms.default()
ANN, BEN, MANAGER = 7, 8, 1


def told(text: str) -> list[Event]:
    """``Mon 10:00  manager assigned assignee=7 priority=P3``: when, who, what, and the payload."""
    events = []
    for n, line in enumerate(filter(None, map(str.strip, text.strip().splitlines())), start=1):
        day, clock, who, type_, *facts = line.split()
        payload = {name: _value(value) for name, value in (fact.split("=") for fact in facts)}
        role = {"customer": "requester", "manager": "manager", "product": "system"}.get(who, "engineer")
        actor = {"ann": ANN, "ben": BEN, "manager": MANAGER, "customer": 99}.get(who)
        when = at(f"{day} {clock}")
        events.append(Event(1, n, when, when, type_, actor_id=actor, actor_role=role, payload=payload))
    return events


def _value(text: str) -> object:
    return {"ann": ANN, "ben": BEN, "yes": True}.get(text, text)


OPEN = "Mon 10:00 customer opened priority=P3\n"
ANNS = OPEN + "Mon 11:00 manager assigned assignee=ann\n"

ROWS = [
    # what it shows, given, when it goes back
    ("a ticket nobody has goes nowhere", OPEN, None),
    ("four working hours after it was assigned", ANNS, "Mon 15:00"),
    ("claiming it is not saying anything", OPEN + "Mon 11:00 ann assigned assignee=ann", "Mon 15:00"),
    ("accepting an offer is not saying anything", OPEN + "Mon 11:00 ann accepted assignee=ann tier=2", "Mon 15:00"),
    ("nights do not count", OPEN + "Mon 16:00 manager assigned assignee=ann", "Tue 11:00"),
    ("nor do weekends", OPEN + "Fri 17:59 manager assigned assignee=ann", "+Mon 12:59"),
    ("a P1 goes back at night too",
     "Mon 22:00 customer opened priority=P1\nMon 23:00 manager assigned assignee=ann", "Mon 23:15"),
    ("a public message says something", ANNS + "Mon 12:00 ann public_message", None),
    ("so does an internal note", ANNS + "Mon 12:00 ann note kind=note", None),
    ("and a plan", ANNS + "Mon 12:00 ann note kind=plan", None),
    ("and a call, even one that nobody took", ANNS + "Mon 12:00 ann call direction=out", None),
    ("and a task for a department", ANNS + "Mon 12:00 ann task_opened task=1", None),
    ("and grading it", ANNS + "Mon 12:00 ann prioritised priority=P4", None),
    ("and handing it to L2, which has not taken it yet", ANNS + "Mon 12:00 ann escalated to=2", None),
    ("an automatic message in the owner's name does not", ANNS + "Mon 12:00 ann public_message automatic=yes",
     "Mon 15:00"),
    ("what somebody else says does not help the owner", ANNS + "Mon 12:00 ben note kind=note", "Mon 15:00"),
    ("nor what the customer says", ANNS + "Mon 12:00 customer customer_message", "Mon 15:00"),
    ("what the owner said before it was theirs does not count",
     OPEN + "Mon 10:30 ann note kind=note\nMon 11:00 manager assigned assignee=ann", "Mon 15:00"),
    ("another owner has the whole time", ANNS + "Mon 13:00 manager assigned assignee=ben", "Mon 17:00"),
    ("claiming anew what one has buys no time", ANNS + "Mon 14:00 ann assigned assignee=ann", "Mon 15:00"),
    ("put back into the queue, nobody owes a word", ANNS + "Mon 12:00 manager assigned", None),
    ("handed back, the sender owes one",
     ANNS + "Mon 11:30 ann escalated to=2\nMon 12:00 ben handed_back assignee=ann to=1", "Mon 16:00"),
    ("while it waits nobody takes it away", ANNS + "Mon 12:00 manager waited on=date", None),
    ("and waiting is not counted",
     ANNS + "Mon 12:00 manager waited on=date\nMon 14:00 product resumed why=expiry", "Mon 17:00"),
    ("assigned while it waits, the time runs from the resumption",
     OPEN + "Mon 11:00 ben waited on=date\nMon 12:00 manager assigned assignee=ann\nMon 14:00 ben resumed why=person",
     "Mon 18:00"),
    ("resolved by another, it is done", ANNS + "Mon 12:00 ben resolved", None),
    ("reopened, the rest of the time is left",
     ANNS + "Mon 12:00 ben resolved\nMon 14:00 customer reopened why=requester", "Mon 17:00"),
    ("merged away, it is nobody's", ANNS + "Mon 12:00 ben merged into=2", None),
    ("and the merge undone, it is again", ANNS + "Mon 12:00 ben merged into=2\nMon 13:00 ben unmerged", "Mon 15:00"),
    ("raised, the owner has the new time from then", ANNS + "Mon 14:30 ben prioritised priority=P2", "Mon 15:30"),
    ("graded as it was, nothing changes", ANNS + "Mon 14:30 ben prioritised priority=P3", "Mon 15:00"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "returns"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_when_a_silent_owner_loses_the_ticket(given: str, returns: str | None) -> None:
    found = silence(told(given), TERMS)
    assert (found and found.returns_at) == (at(returns) if returns else None)


def test_it_says_who_had_it_since_when() -> None:
    found = silence(told(ANNS), TERMS)
    assert found is not None
    assert (found.owner, found.since) == (ANN, at("Mon 11:00"))


def test_an_agreement_that_names_no_time_returns_nothing() -> None:
    assert silence(told(ANNS), replace(TERMS, returns={"P1": TERMS.returns["P1"]})) is None


def test_the_order_in_which_events_are_given_does_not_matter() -> None:
    events = told(ANNS + "Mon 13:00 manager assigned assignee=ben")
    assert silence(reversed(events), TERMS) == silence(events, TERMS)


def test_the_time_is_a_term_that_can_be_written_and_read() -> None:
    written = TERMS.to_json()
    assert written["return_minutes"] == {"P1": 15, "P2": 60, "P3": 240, "P4": 480}
    assert Terms.from_json(written).returns == TERMS.returns
    assert Terms.from_json({**written, "return_minutes": {"P1": 15, "P3": None}}).returns == {"P1": 15 * 60_000_000}
    del written["return_minutes"]
    assert Terms.from_json(written).returns == {}


WRONG: list[tuple[str, object, type[Invalid]]] = [
    ("no time at all", {"P1": 0}, TargetNotPositive),
    ("less than none", {"P1": -5}, TargetNotPositive),
    ("longer than anybody waits", {"P3": 10**9}, TargetTooLong),
    ("a priority that does not exist", {"P9": 5}, Invalid),
    ("half a minute", {"P1": 0.5}, Invalid),
    ("no table", 15, Invalid),
]


@pytest.mark.parametrize(("said", "refusal"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_time_that_nobody_could_keep_is_refused_when_saved(said: object, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        Terms.from_json({**TERMS.to_json(), "return_minutes": said})
