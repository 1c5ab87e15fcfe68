"""Two rules at once: what a support manager asks when something happens at night, while it waits, or all at one moment.

The promises are those of test_sla_behaviour: P1 and P2 around the clock, P3 and P4 Mon-Fri 09-18.
"""

import pytest

from tierline.domain.terms import Terms
from tierline.domain.tests.stories import at, micros
from tierline.domain.tests.test_sla_behaviour import DEFAULT, NEXT, clock

ROWS = [
    # what it shows, terms, given, clock, asked at, state, consumed, due
    # at night
    ("an answer before opening has used nothing", DEFAULT,
     "Sat 10:00  customer opens P3\nSat 11:00  engineer replies", "first_response", "+Mon 10:00", "met", "0m", None),
    ("a message at night waits for opening to be answered", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\nMon 20:00  customer writes", "next_response",
     "Tue 09:30", "running", "30m", "Tue 10:00"),
    ("a wait that begins and ends at night costs and saves nothing", DEFAULT,
     "Mon 17:00  customer opens P3\nMon 20:00  waits for agreed maintenance\nTue 08:00  resumed", "resolve",
     "Tue 10:00", "running", "2h", "+Mon 12:00"),
    ("a word at night ends the wait, and the time runs from opening", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on the customer\n"
     "Mon 20:00  customer writes", "resolve", "Tue 10:00", "running", "2h", "+Mon 12:00"),
    ("reopened at night, it goes on in the morning", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 17:30  resolved\nMon 21:00  customer reopens",
     "resolve", "Tue 10:00", "running", "8h 30m", "Fri 14:30"),
    ("split off a message of the night, the first hour of the day is used", DEFAULT,
     "Tue 10:00  split off P3, said Mon 20:00", "first_response", "Tue 10:00", "running", "1h", "Tue 13:00"),
    # while it waits
    ("eased while it waits: what was used is kept for when it goes on", DEFAULT,
     "Mon 10:00  customer opens P2\nMon 11:00  waits for agreed maintenance\nMon 12:00  eased to P3\n"
     "Mon 13:00  resumed", "resolve", "Mon 14:00", "running", "2h", "Fri 16:00"),
    ("misread, and it waits: it still waits", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  was misread, is P2",
     "resolve", "Mon 12:30", "paused", "1h", None),
    ("merged away while it waits", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  merged away", "resolve",
     "Mon 15:00", "merged", "1h", None),
    ("and the merge undone, it waits as it did", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  merged away\n"
     "Mon 13:00  merge undone", "resolve", "Mon 15:00", "paused", "1h", None),
    ("a merge undone after the due time: the breach is where it would have been", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 11:00  merged away\nMon 13:00  merge undone", "restore", "Mon 14:00",
     "breached", "4h", "Mon 12:00"),
    # all at one moment
    ("a word and the resolution at one moment: the word came first, and nobody answered it", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 12:00  resolved\nMon 12:00  customer writes",
     "next_response", "Mon 13:00", "breached", "0m", None),
    ("a wait and a grading in one command: both hold", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  was misread, is P2\nMon 11:00  waits for agreed maintenance", "resolve",
     "Mon 12:00", "paused", "1h", None),
    ("worsened and resolved in one command: in time", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 15:00  resolved with a reply\nMon 15:00  worsened to P1", "resolve",
     "Mon 16:00", "met", "5h", None),
    ("another question after the answer is another cycle", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 12:00  customer writes", "next_response",
     "Mon 12:30", "running", "30m", "Mon 13:00"),
    # a P1 and its tiers
    ("a P1's clocks for the customer run on through pages and hand-overs", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 10:05  L2 paged\nMon 10:20  L3 paged\nMon 10:30  handed to L2", "restore",
     "Mon 11:00", "running", "1h", "Mon 12:00"),
    ("paged, L3's start runs before any package", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 10:20  L3 paged", "l3_start", "Mon 10:30", "running", "10m", "Mon 11:20"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "given", "kind", "asked", "state", "consumed", "due"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_corner(terms: Terms, given: str, kind: str, asked: str, state: str, consumed: str, due: str | None) -> None:
    reading = clock(terms, given, kind, asked)
    assert reading is not None
    assert (reading.state, reading.consumed) == (state, micros(consumed))
    assert reading.due_at == (at(due) if due else None)
