"""SLA.md section 3: what starts, stops and pauses each kind, and on whose calendar it counts."""

from dataclasses import replace

import pytest

from tierline.domain.calendars import Calendar
from tierline.domain.sla import Reading, read_clocks
from tierline.domain.terms import Kind, Terms, days, hours, minutes
from tierline.domain.tests.stories import at, micros, story

DEFAULT = Terms.default()
# L3 sits in Berlin and keeps its own hours; hand-offs are accepted within 15 minutes, by L3 within 30.
BERLIN = Calendar(zone="Europe/Berlin", weekly=((((9 * 60, 17 * 60),),) * 5) + ((), ()), id="Berlin")
OLA = replace(
    DEFAULT,
    calendars={**DEFAULT.calendars, "berlin": BERLIN},
    tier_calendars={3: {"P3": "berlin"}},
    targets={
        **DEFAULT.targets,
        (Kind.HAND_OFF_ACCEPT, "P3", None): minutes(15),
        (Kind.HAND_OFF_ACCEPT, "P3", 3): minutes(30),
    },
)
WORK = replace(
    DEFAULT,
    targets={**DEFAULT.targets, (Kind.TASK, "P3", None): hours(8), (Kind.SUPPLIER, "P3", None): days(2)},
)
LENIENT = replace(WORK, pauses={**WORK.pauses, Kind.TASK: frozenset({"maintenance"})})

OPEN_P3 = "Mon 10:00  customer opens P3\n"
OPEN_P1 = "Mon 10:00  customer opens P1\n"

ROWS = [
    # what it shows, terms, given, clock, party, cycle, asked at, state, consumed, due
    # update cadence
    ("updates are owed from the last public message", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies", "update_cadence", "", 1, "Mon 12:00", "running", "1h", "Tue 10:00"),
    ("the next one stops it and starts it anew", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies\nMon 15:00  engineer replies", "update_cadence", "", 2, "Mon 16:00",
     "running", "1h", "Tue 14:00"),
    ("each is a cycle with its own verdict", DEFAULT,
     OPEN_P1 + "Mon 11:00  engineer replies\nMon 11:45  engineer replies", "update_cadence", "", 1, "Mon 16:00",
     "breached", "45m", None),
    ("a call is no update", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies\nMon 15:00  engineer reaches the customer by phone", "update_cadence", "",
     1, "Mon 16:00", "running", "5h", "Tue 10:00"),
    ("a message of the customer is no update", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies\nMon 15:00  customer writes", "update_cadence", "", 1, "Mon 16:00",
     "running", "5h", "Tue 10:00"),
    ("resolved, none is owed", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies\nMon 12:00  resolved", "update_cadence", "", 1, "Tue 16:00", "met", "1h",
     None),
    ("reopened, they are owed from then", DEFAULT,
     OPEN_P3 + "Mon 11:00  engineer replies\nMon 12:00  resolved\nTue 10:00  customer reopens", "update_cadence", "", 2,
     "Tue 11:00", "running", "1h", "Tue 18:00"),
    ("said during an agreed quiet time, the next one is owed after it", DEFAULT,
     OPEN_P3 + "Mon 11:00  waits until Wed 09:00\nTue 10:00  engineer replies", "update_cadence", "", 1, "Wed 10:00",
     "running", "1h", "Wed 17:00"),
    ("a priority that promises updates begins to owe them", DEFAULT,
     "Mon 10:00  customer opens P4\nMon 11:00  engineer replies\nMon 12:00  worsened to P3", "update_cadence", "", 1,
     "Mon 13:00", "running", "2h", "Tue 11:00"),
    # hand-off accept
    ("accepting runs from the complete package", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2", "hand_off_accept", "L2", 1, "Mon 11:10", "running", "10m", "Mon 11:15"),
    ("accepted", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  L2 accepts", "hand_off_accept", "L2", 1, "Mon 12:00", "met", "10m",
     None),
    ("returned is an answer too", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  L2 hands back to L1", "hand_off_accept", "L2", 1, "Mon 12:00",
     "met", "10m", None),
    ("an offer sent again before it was answered goes on as it was", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  handed to L2", "hand_off_accept", "L2", 1, "Mon 11:12", "running",
     "12m", "Mon 11:15"),
    ("sending it again does not keep the promise of who should accept", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  handed to L2\nMon 11:20  L2 accepts", "hand_off_accept", "L2", 1,
     "Mon 12:00", "breached", "20m", None),
    ("offered to another tier, the first owes no answer any more", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  handed to L3", "hand_off_accept", "L2", 1, "Mon 12:00",
     "dismissed", "10m", None),
    ("after a return a new offer owes a new answer", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:05  L2 hands back to L1\nMon 12:00  handed to L2", "hand_off_accept",
     "L2", 2, "Mon 12:05", "running", "5m", "Mon 12:15"),
    ("it is never paused", OLA,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:05  waits for agreed maintenance", "hand_off_accept", "L2", 1,
     "Mon 11:10", "running", "10m", "Mon 11:15"),
    ("a tier may have its own target and calendar", OLA,
     OPEN_P3 + "Mon 11:00  handed to L3", "hand_off_accept", "L3", 1, "Mon 14:00", "running", "0m", "Mon 15:30"),
    # L2 plan
    ("the plan runs from the complete package", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2", "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("accepting does not stop it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:10  L2 accepts", "l2_plan", "L2", 1, "Mon 12:00", "running", "1h",
     "Mon 13:00"),
    ("a plan note with a public summary stops it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note\nMon 11:30  plan told to the customer", "l2_plan", "L2",
     1, "Mon 12:00", "met", "30m", None),
    ("the note alone does not", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note", "l2_plan", "L2", 1, "Mon 12:00", "running", "1h",
     "Mon 13:00"),
    ("a public message after the note is its summary", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note\nMon 11:45  engineer replies", "l2_plan", "L2", 1,
     "Mon 12:00", "met", "45m", None),
    ("a public message before it is not", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:20  engineer replies\nMon 11:30  plan note", "l2_plan", "L2", 1,
     "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("an ordinary note is no plan", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  internal note\nMon 11:45  engineer replies", "l2_plan", "L2", 1,
     "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("a plan of L1 is not L2's", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L1\nMon 11:30  plan told to the customer, by L1",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("nor does L2's summary complete it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L1\nMon 11:40  engineer replies, by L2",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("nor does L1 complete L2's plan with a word to the customer", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L2\nMon 11:40  engineer replies, by L1",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("L2's own plan with its summary stops it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L2\nMon 11:40  engineer replies, by L2",
     "l2_plan", "L2", 1, "Mon 12:00", "met", "40m", None),
    ("also before L2 accepted a P1 that it was paged for", DEFAULT,
     OPEN_P1 + "Mon 10:05  L2 paged\nMon 10:10  plan note, by L2\nMon 10:10  plan told to the customer, by L2",
     "l2_plan", "L2", 1, "Mon 10:20", "met", "5m", None),
    ("a plan of L3 is more than enough", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L3\nMon 11:30  plan told to the customer, by L3",
     "l2_plan", "L2", 1, "Mon 12:00", "met", "30m", None),
    ("a plan of L2 before the package was submitted is not the plan it owes", DEFAULT,
     OPEN_P3 + "Mon 10:30  plan note, by L2\nMon 10:30  plan told to the customer, by L2\nMon 11:00  handed to L2",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("a department's note is never the plan", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by a department\nMon 11:40  engineer replies, by L2",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("nor its message the summary", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note, by L2\nMon 11:40  engineer replies, by a department",
     "l2_plan", "L2", 1, "Mon 12:00", "running", "1h", "Mon 13:00"),
    ("returned to the sender, it waits", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  L2 hands back to L1", "l2_plan", "L2", 1, "Mon 15:00", "paused",
     "30m", None),
    ("submitted again, it goes on with what was used", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  L2 hands back to L1\nMon 14:00  handed to L2", "l2_plan", "L2", 1,
     "Mon 15:00", "running", "1h 30m", "Mon 15:30"),
    ("a second hand-over owes a second plan", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  plan note\nMon 11:30  plan told to the customer\n"
     "Mon 12:00  handed to L2\nMon 12:10  engineer replies", "l2_plan", "L2", 2, "Mon 12:30", "running", "30m",
     "Mon 14:00"),
    ("the ticket's own waiting does not pause it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  waits for agreed maintenance", "l2_plan", "L2", 1, "Mon 12:00",
     "running", "1h", "Mon 13:00"),
    ("a P1 starts it with the page", DEFAULT,
     OPEN_P1 + "Mon 10:05  L2 paged", "l2_plan", "L2", 1, "Mon 10:10", "running", "5m", "Mon 10:35"),
    ("and the package that follows does not start it anew", DEFAULT,
     OPEN_P1 + "Mon 10:05  L2 paged\nMon 10:15  handed to L2", "l2_plan", "L2", 1, "Mon 10:20", "running", "15m",
     "Mon 10:35"),
    ("what a P1's page started waits too when the tier hands back", DEFAULT,
     OPEN_P1 + "Mon 10:05  L2 paged\nMon 10:10  L2 accepts\nMon 10:15  L2 hands back to L1", "l2_plan", "L2", 1,
     "Mon 10:20", "paused", "10m", None),
    ("a page for a P2 starts nothing", DEFAULT,
     "Mon 10:00  customer opens P2\nMon 10:05  L2 paged\nMon 10:15  handed to L2", "l2_plan", "L2", 1, "Mon 10:20",
     "running", "5m", "Mon 12:15"),
    ("the customer's clocks run on through an escalation", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:30  L2 hands back to L1", "restore", "", 1, "Mon 12:00", "running",
     "2h", "Wed 16:00"),
    # L3 start
    ("the start runs from the complete package, on the tier's own hours", OLA,
     OPEN_P3 + "Mon 11:00  handed to L3", "l3_start", "L3", 1, "Mon 16:00", "running", "1h", "Mon 19:00"),
    ("the first work after acceptance stops it", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L3\nMon 11:10  L3 accepts\nMon 12:00  work note", "l3_start", "L3", 1, "Mon 15:00",
     "met", "1h", None),
    ("work before acceptance does not", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L3\nMon 11:05  work note\nMon 11:10  L3 accepts", "l3_start", "L3", 1, "Mon 12:00",
     "running", "1h", "Mon 15:00"),
    ("nor does a note of somebody who is not staff", DEFAULT,
     OPEN_P3 + "Mon 11:00  handed to L3\nMon 11:10  L3 accepts\nMon 11:30  requester notes", "l3_start", "L3", 1,
     "Mon 12:00", "running", "1h", "Mon 15:00"),
    ("nor does work of L2 after L2 accepted", DEFAULT,
     OPEN_P3 + "Mon 10:30  handed to L2\nMon 10:40  L2 accepts\nMon 11:00  handed to L3\nMon 11:05  work note",
     "l3_start", "L3", 1, "Mon 12:00", "running", "1h", "Mon 15:00"),
    # restore, resolve
    ("restored with evidence", DEFAULT,
     OPEN_P3 + "Mon 12:00  restored", "restore", "", 1, "Mon 15:00", "met", "2h", None),
    ("restoring does not resolve", DEFAULT,
     OPEN_P3 + "Mon 12:00  restored", "resolve", "", 1, "Mon 15:00", "running", "5h", "Fri 14:00"),
    ("resolved", DEFAULT,
     OPEN_P3 + "Mon 12:00  resolved", "resolve", "", 1, "Mon 15:00", "met", "2h", None),
    ("a ticket resolved while it waited has used only what ran", DEFAULT,
     OPEN_P3 + "Mon 11:00  waits for agreed maintenance\nMon 15:00  resolved", "resolve", "", 1, "Mon 16:00", "met",
     "1h", None),
    # task, supplier
    ("a task has its own due time", DEFAULT,
     OPEN_P3 + "Mon 11:00  task 1 opened, due Tue 11:00", "task", "1", 1, "Mon 20:00", "running", "9h", "Tue 11:00"),
    ("or the agreement's", WORK,
     OPEN_P3 + "Mon 11:00  task 1 opened", "task", "1", 1, "Mon 12:00", "running", "1h", "Tue 10:00"),
    ("finished", WORK,
     OPEN_P3 + "Mon 11:00  task 1 opened\nMon 13:00  task 1 finished", "task", "1", 1, "Mon 15:00", "met", "2h", None),
    ("two tasks are two clocks", WORK,
     OPEN_P3 + "Mon 11:00  task 1 opened\nMon 12:00  task 2 opened\nMon 13:00  task 1 finished", "task", "2", 1,
     "Mon 14:00", "running", "2h", "Tue 11:00"),
    ("a task that is told of twice is one clock", WORK,
     OPEN_P3 + "Mon 11:00  task 1 opened\nMon 12:00  task 1 opened\nMon 13:00  task 1 finished", "task", "1", 1,
     "Mon 14:00", "met", "2h", None),
    ("the ticket's waiting does not excuse a task", WORK,
     OPEN_P3 + "Mon 11:00  task 1 opened\nMon 11:30  waits for agreed maintenance", "task", "1", 1, "Mon 12:00",
     "running", "1h", "Tue 10:00"),
    ("unless its agreement says so, and then until the ticket is resolved", LENIENT,
     OPEN_P3 + "Mon 11:00  task 1 opened\nMon 11:30  waits for agreed maintenance\nMon 14:00  resolved", "task", "1", 1,
     "Mon 15:00", "running", "1h 30m", "Tue 12:30"),
    ("a supplier is asked on that contract's terms", WORK,
     OPEN_P3 + "Mon 11:00  supplier asked as task 1", "supplier", "1", 1, "Mon 12:00", "running", "1h", "Tue 18:00"),
    ("a change of priority does not move a task's own due time", DEFAULT,
     OPEN_P3 + "Mon 11:00  task 1 opened, due Tue 11:00\nMon 12:00  worsened to P1", "task", "1", 1, "Mon 20:00",
     "running", "9h", "Tue 11:00"),
    # RCA
    ("a resolved P1 owes a report in five working days", DEFAULT,
     "Sat 10:00  customer opens P1\nSat 11:00  resolved", "rca", "", 1, "+Mon 10:00", "running", "1h", "06-12 13:00"),
    ("issued", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 11:00  resolved\nTue 11:00  RCA report issued", "rca", "", 1, "Wed 10:00",
     "met", "9h", None),
    ("reopened, the report waits for the next resolution", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 11:00  resolved\nMon 12:00  customer reopens\nMon 15:00  resolved", "rca", "",
     2, "Mon 16:00", "running", "1h", "+Mon 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "given", "kind", "party", "cycle", "asked", "state", "consumed", "due"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_kind(
    terms: Terms, given: str, kind: str, party: str, cycle: int, asked: str, state: str, consumed: str, due: str | None
) -> None:
    found = read(terms, given, asked)[kind, party, cycle]
    assert (found.state, found.consumed) == (state, micros(consumed))
    assert found.due_at == (at(due) if due else None)


def read(terms: Terms, given: str, asked: str) -> dict[tuple[str, str, int], Reading]:
    return {(r.kind, r.party, r.cycle): r for r in read_clocks(story(given), terms=terms, at=at(asked))}


ABSENT = [
    ("no updates are promised for P4", "Mon 10:00  customer opens P4\nMon 11:00  engineer replies", "update_cadence"),
    ("no report is owed for a P2", "Mon 10:00  customer opens P2\nMon 11:00  resolved", "rca"),
    ("an automatic message owes no update", OPEN_P3 + "Mon 10:00  acknowledged automatically", "update_cadence"),
    ("after resolve a message owes no update", OPEN_P3 + "Mon 11:00  resolved\nMon 12:00  engineer replies",
     "update_cadence"),
    ("a task without a promise has no clock", OPEN_P3 + "Mon 11:00  task 1 opened", "task"),
    ("no tier was asked", OPEN_P3, "l2_plan"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kind"), [row[1:] for row in ABSENT], ids=[row[0] for row in ABSENT])
def test_without_a_promise_or_a_start_there_is_no_clock(given: str, kind: str) -> None:
    assert kind not in {key[0] for key in read(DEFAULT, given, "Mon 16:00")}


STARTS = [
    # what it shows, what happens at 12:00 after L3 accepted, whether L3 started
    ("a note of L3 is L3's start", "internal note, by L3", True),
    ("a plan of L3 is L3's start", "plan note, by L3", True),
    ("a work note of L3 is L3's start", "work note, by L3", True),
    ("a word of L3 to the customer is L3's start", "engineer replies, by L3", True),
    ("a call of L3 is L3's start", "engineer reaches the customer by phone, by L3", True),
    ("a voice message of L3 is L3's start", "engineer leaves a voice message, by L3", True),
    ("a task that L3 opens is L3's start", "task 1 opened, by L3", True),
    ("a supplier that L3 asks is L3's start", "supplier asked as task 1, by L3", True),
    ("L3 restoring is L3's start", "restored, by L3", True),
    ("L3 resolving is L3's start", "resolved, by L3", True),
    ("a manager's note, who has no tier, is L3's start", "work note, by a manager", True),
    ("a note of L2 is not L3's start", "work note, by L2", False),
    ("a note of L1 is not L3's start", "internal note, by L1", False),
    ("a word of L1 to the customer is not L3's start", "engineer replies, by L1", False),
    ("a call of L2 is not L3's start", "engineer reaches the customer by phone, by L2", False),
    ("a task that L2 opens is not L3's start", "task 1 opened, by L2", False),
    ("L2 restoring is not L3's start", "restored, by L2", False),
    ("an automatic message in L3's name is not L3's start", "answered automatically, by an engineer", False),
    ("a call that nobody at L3 took is not L3's start", "customer calls, nobody answers, by an engineer", False),
    ("a department's note is not L3's start", "work note, by a department", False),
    ("an admin's note is not L3's start", "work note, by an admin", False),
]


@pytest.mark.parametrize(("happens", "has_started"), [row[1:] for row in STARTS], ids=[row[0] for row in STARTS])
def test_l3_starts_with_its_own_first_work(happens: str, has_started: bool) -> None:
    given = OPEN_P3 + f"Mon 11:00  handed to L3\nMon 11:10  L3 accepts\nMon 12:00  {happens}"
    found = read(DEFAULT, given, "Mon 13:00")["l3_start", "L3", 1]
    wanted = ("met", micros("1h")) if has_started else ("running", micros("2h"))
    assert (found.state, found.consumed) == wanted


@pytest.mark.parametrize("happens", [row[1] for row in STARTS if row[2]])
def test_before_l3_accepted_nothing_is_its_start(happens: str) -> None:
    given = OPEN_P3 + f"Mon 11:00  handed to L3\nMon 12:00  {happens}\nMon 12:30  L3 accepts"
    assert read(DEFAULT, given, "Mon 13:00")["l3_start", "L3", 1].state != "met"


OVERTAKEN = [
    # what it shows, given, clock, party, what it says, its note
    ("resolved before L2 made a plan", "Mon 11:00  handed to L2\nMon 12:00  resolved, by L1", "l2_plan", "L2",
     "dismissed", "resolved_first"),
    ("by L2 itself, and there was no plan either", "Mon 11:00  handed to L2\nMon 12:00  resolved, by L2", "l2_plan",
     "L2", "dismissed", "resolved_first"),
    ("when the plan was late by then, it was late", "Mon 11:00  handed to L2\nMon 15:00  resolved, by L1", "l2_plan",
     "L2", "breached", "resolved_first"),
    ("in the moment it was due, it was not late yet", "Mon 11:00  handed to L2\nMon 13:00  resolved, by L1", "l2_plan",
     "L2", "dismissed", "resolved_first"),
    ("the plan was there: kept", "Mon 11:00  handed to L2\nMon 11:30  plan note, by L2\n"
     "Mon 11:30  plan told to the customer, by L2\nMon 12:00  resolved, by L1", "l2_plan", "L2", "met", ""),
    ("returned to the sender, who resolved it", "Mon 11:00  handed to L2\nMon 11:10  L2 hands back to L1\n"
     "Mon 12:00  resolved, by L1", "l2_plan", "L2", "dismissed", "resolved_first"),
    ("resolved before L3 began", "Mon 11:00  handed to L3\nMon 11:10  L3 accepts\nMon 12:00  resolved, by L2",
     "l3_start", "L3", "dismissed", "resolved_first"),
    ("L3 resolves at once: that was its work", "Mon 11:00  handed to L3\nMon 11:10  L3 accepts\n"
     "Mon 12:00  resolved, by L3", "l3_start", "L3", "met", ""),
    ("resolved before the offer was accepted", "Mon 11:00  handed to L2\nMon 11:05  resolved, by L1",
     "hand_off_accept", "L2", "dismissed", "resolved_first"),
    ("accepted before: kept", "Mon 11:00  handed to L2\nMon 11:05  L2 accepts\nMon 11:10  resolved, by L2",
     "hand_off_accept", "L2", "met", ""),
    ("a restore is fulfilled by the resolution", "Mon 12:00  resolved, by L1", "restore", "", "met", "resolved"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kind", "party", "state", "note"), [row[1:] for row in OVERTAKEN], ids=[row[0] for row in OVERTAKEN]
)
def test_a_resolution_does_not_do_the_work_of_a_tier(given: str, kind: str, party: str, state: str, note: str) -> None:
    found = read(OLA, OPEN_P3 + given, "Mon 16:00")[kind, party, 1]
    assert (found.state, found.verdict_note) == (state, note)


@pytest.mark.parametrize("kind", ["hand_off_accept", "l2_plan"])
def test_reopened_an_offer_that_was_open_does_not_come_back(kind: str) -> None:
    given = OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:05  resolved, by L1\nMon 12:00  customer reopens"
    found = {key: r for key, r in read(OLA, given, "Tue 12:00").items() if key[0] == kind}
    assert [(r.cycle, r.state, r.verdict_note) for r in found.values()] == [(1, "dismissed", "resolved_first")]


@pytest.mark.parametrize("kind", ["hand_off_accept", "l2_plan"])
def test_reopened_and_offered_anew_a_second_cycle_is_owed(kind: str) -> None:
    given = OPEN_P3 + "Mon 11:00  handed to L2\nMon 11:05  resolved, by L1\nMon 12:00  customer reopens\n"
    found = read(OLA, given + "Mon 14:00  handed to L2", "Mon 14:10")[kind, "L2", 2]
    assert (found.state, found.consumed) == ("running", micros("10m"))
