"""SLA.md section 2, row by row. The default promises; P1 and P2 run around the clock, P3 and P4 Mon-Fri 09-18.

First response: P1 15 m, P2 30 m, P3 4 h, P4 8 h. Restore: 2 h, 8 h, 24 working h, 40 working h.
Resolve: 24 h, 72 h, 40 working h, 80 working h. Cadence: 30 m, 2 h, 8 working h, none.
"""

from dataclasses import replace
from itertools import pairwise

import pytest

from tierline.domain.sla import Reading, read_clocks
from tierline.domain.terms import Amount, Kind, Terms
from tierline.domain.tests.stories import at, micros, story

DEFAULT = Terms.default()
NEXT = replace(
    DEFAULT,
    targets={**DEFAULT.targets, **{(Kind.NEXT_RESPONSE, p, None): Amount(micros=micros("1h")) for p in ("P2", "P3")}},
)
USEFUL = replace(DEFAULT, targets={(Kind.FIRST_USEFUL_ANSWER, "P3", None): Amount(micros=micros("1h"))})
# A higher priority on shorter hours, or with more time: odd, and for an agreement to say.
ODD = replace(
    DEFAULT,
    calendar_of={"P1": "office", "P2": "always", "P3": "always", "P4": "office"},
    targets={**DEFAULT.targets, (Kind.FIRST_RESPONSE, "P2", None): Amount(micros=micros("6h"))},
)
REVERSED = replace(DEFAULT, targets={(Kind.NEXT_RESPONSE, "P3", None): Amount(micros=micros("1h"))})
VENDOR = replace(DEFAULT, pauses={**DEFAULT.pauses, Kind.RESOLVE: frozenset({"customer", "third_party"})})


def clock(terms: Terms, given: str, kind: str, asked: str, *, cycle: int | None = None) -> Reading | None:
    """The reading of the kind, of its last cycle unless another is asked for."""
    found = [r for r in read_clocks(story(given), terms=terms, at=at(asked)) if r.kind == kind]
    return next((r for r in reversed(found) if cycle in (None, r.cycle)), None)


ROWS = [
    # what it shows, terms, given, clock, asked at, state, consumed, due
    # Start of first response; out-of-hours arrival
    ("the clock starts when our server receives the customer's first message", DEFAULT,
     "Mon 10:00  customer opens P3", "first_response", "Mon 11:00", "running", "1h", "Mon 14:00"),
    ("out of hours the clock starts and spends nothing until opening", DEFAULT,
     "Sat 10:00  customer opens P3", "first_response", "Sun 12:00", "running", "0m", "+Mon 13:00"),
    ("a P2 does not wait for opening", DEFAULT,
     "Sat 10:00  customer opens P2", "first_response", "Sat 10:10", "running", "10m", "Sat 10:30"),
    ("an agent's ticket starts no first response", DEFAULT,
     "Mon 10:00  engineer opens P3", "first_response", "Mon 12:00", "idle", "0m", None),
    ("an agent's ticket starts it at the customer's first message", DEFAULT,
     "Mon 10:00  engineer opens P3\nMon 11:00  customer writes", "first_response", "Mon 12:00", "running", "1h",
     "Mon 15:00"),
    ("an agent's promise starts it at the time promised", DEFAULT,
     "Mon 10:00  engineer opens P3 promising Mon 13:00", "first_response", "Mon 14:00", "running", "1h", "Mon 17:00"),
    ("before the promised time it has not begun", DEFAULT,
     "Mon 10:00  engineer opens P3 promising Mon 13:00", "first_response", "Mon 12:00", "idle", "0m", "Mon 17:00"),
    # What stops it
    ("a public message stops it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies", "first_response", "Mon 12:00", "met", "20m", None),
    ("a two-way call stops it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer reaches the customer by phone", "first_response", "Mon 12:00",
     "met", "20m", None),
    ("a voice message does not", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer leaves a voice message", "first_response", "Mon 12:00",
     "running", "2h", "Mon 14:00"),
    ("exactly on time is met", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 14:00  engineer replies", "first_response", "Mon 15:00", "met", "4h", None),
    ("one microsecond late is breached", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 14:00:00.000001  engineer replies", "first_response", "Mon 15:00", "breached",
     "4h 1us", None),
    ("at the due time, with nothing to stop it, it is breached", DEFAULT,
     "Mon 10:00  customer opens P3", "first_response", "Mon 14:00", "breached", "4h", "Mon 14:00"),
    ("a microsecond before it still runs", DEFAULT,
     "Mon 10:00  customer opens P3", "first_response", "Mon 13:59:59.999999", "running", "3h 59m 59s 999999us",
     "Mon 14:00"),
    ("an answer after closing time of a budget that ended at closing time is late", DEFAULT,
     "Mon 14:00  customer opens P3\nMon 20:00  engineer replies", "first_response", "Tue 10:00", "breached", "4h",
     None),
    ("whoever was no longer staff at that time does not stop it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  former engineer replies", "first_response", "Mon 11:00", "running", "1h",
     "Mon 14:00"),
    ("a manager's message stops it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies, by a manager", "first_response", "Mon 12:00", "met",
     "20m", None),
    # What does not stop it
    ("a department's message does not stop it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies, by a department", "first_response", "Mon 11:00",
     "running", "1h", "Mon 14:00"),
    ("nor does a department's call", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer reaches the customer by phone, by a department",
     "first_response", "Mon 11:00", "running", "1h", "Mon 14:00"),
    ("nor does an admin's message", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies, by an admin", "first_response", "Mon 11:00",
     "running", "1h", "Mon 14:00"),
    ("nor does an admin's resolution with a word", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:30  resolved with a reply, by an admin", "first_response", "Mon 11:00",
     "breached", "30m", None),
    ("an acknowledgement does not stop it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:00  acknowledged automatically", "first_response", "Mon 11:00", "running",
     "1h", "Mon 14:00"),
    ("an internal note, an assignment and a grading do not stop it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:05  internal note\nMon 10:06  assigned\nMon 10:07  graded P3",
     "first_response", "Mon 11:00", "running", "1h", "Mon 14:00"),
    ("an automatic answer does not stop it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:01  answered automatically", "first_response", "Mon 11:00", "running", "1h",
     "Mon 14:00"),
    ("an automatic answer does not stop its own clock either", USEFUL,
     "Mon 10:00  customer opens P3\nMon 10:01  answered automatically", "first_useful_answer", "Mon 10:30", "running",
     "30m", "Mon 11:00"),
    ("its own clock stops when the answer is confirmed", USEFUL,
     "Mon 10:00  customer opens P3\nMon 10:01  answered automatically\nMon 10:20  automatic answer confirmed",
     "first_useful_answer", "Mon 12:00", "met", "20m", None),
    # Resolve without any reply
    ("resolving without a reply misses the first response, however early", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:30  resolved", "first_response", "Mon 11:00", "breached", "30m", None),
    ("resolving with a public message answers", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:30  resolved with a reply", "first_response", "Mon 11:00", "met", "30m",
     None),
    ("resolving an answered ticket misses nothing", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\nMon 10:30  resolved", "first_response", "Mon 11:00",
     "met", "20m", None),
    # Next response
    ("the oldest unanswered message starts the next response", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\nMon 11:00  customer writes", "next_response",
     "Mon 11:30", "running", "30m", "Mon 12:00"),
    ("more messages do not restart it", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\nMon 11:00  customer writes\n"
     "Mon 11:20  customer writes", "next_response", "Mon 11:30", "running", "30m", "Mon 12:00"),
    ("the opening message waits for an answer too", NEXT,
     "Mon 10:00  customer opens P3", "next_response", "Mon 10:30", "running", "30m", "Mon 11:00"),
    ("thanks after resolve wait for an answer", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  resolved with a reply\nMon 10:40  customer writes", "next_response",
     "Mon 11:00", "running", "20m", "Mon 11:40"),
    ("any clock may be dismissed with a reason", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:30  first_response dismissed: spam", "first_response", "Mon 12:00",
     "dismissed", "30m", None),
    ("unless somebody says that none is needed", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  resolved with a reply\nMon 10:40  customer writes\n"
     "Mon 10:50  next_response dismissed: thanks", "next_response", "Mon 12:00", "dismissed", "10m", None),
    ("a breach is not dismissed away", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  resolved with a reply\nMon 10:40  customer writes\n"
     "Mon 12:00  next_response dismissed: thanks", "next_response", "Mon 12:00", "breached", "1h 20m", None),
    ("the message with which the customer confirms needs none", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  resolved with a reply\nMon 10:40  customer writes\n"
     "Mon 10:40  customer confirms", "next_response", "Mon 12:00", "dismissed", "0m", None),
    # Pause
    ("waiting on the customer after a question stops resolve", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on the customer", "resolve",
     "Mon 15:00", "paused", "1h", None),
    ("waiting on the customer without a question stops nothing", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits on the customer", "resolve", "Mon 15:00", "running", "5h",
     "Fri 14:00"),
    ("an answered question is no question", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:30  customer writes\n"
     "Mon 12:00  waits on the customer", "resolve", "Mon 15:00", "running", "5h", "Fri 14:00"),
    ("the first response is never paused", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:10  waits for agreed maintenance", "first_response", "Mon 12:00", "running",
     "2h", "Mon 14:00"),
    ("the next response is never paused", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:10  waits for agreed maintenance", "next_response", "Mon 10:30", "running",
     "30m", "Mon 11:00"),
    ("a third party's delay is ours", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on a third party", "resolve",
     "Mon 15:00", "running", "5h", "Fri 14:00"),
    ("unless the agreement says so", VENDOR,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on a third party", "resolve",
     "Mon 15:00", "paused", "1h", None),
    ("agreed maintenance stops it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance", "restore", "Mon 15:00", "paused", "1h",
     None),
    ("the date the customer asked for stops it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Tue 11:00", "resolve", "Mon 15:00", "paused", "1h", None),
    ("and stops the updates", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  waits until Wed 09:00", "update_cadence",
     "Tue 15:00", "paused", "1h", None),
    ("waiting on the customer does not stop the updates", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on the customer", "update_cadence",
     "Mon 15:00", "running", "4h", "Tue 10:00"),
    ("a pause that ended before it began is none", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 11:00", "resolve", "Mon 12:00", "running", "2h",
     "Fri 14:00"),
    ("another reason to wait replaces the first", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 14:00\nMon 12:00  waits for agreed maintenance",
     "resolve", "Mon 16:00", "paused", "1h", None),
    # Resume
    ("any message of the customer ends a pause", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  customer writes", "resolve",
     "Mon 15:00", "running", "4h", "Fri 15:00"),
    ("a call from the customer ends it", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\n"
     "Mon 12:00  customer calls, nobody answers", "resolve", "Mon 15:00", "running", "4h", "Fri 15:00"),
    ("machine mail does not", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  customer's robot writes",
     "resolve", "Mon 15:00", "paused", "1h", None),
    ("a pause ends at its expiry, whoever noticed", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 14:00", "resolve", "Mon 15:00", "running", "2h",
     "Fri 17:00"),
    ("noticing it late changes nothing", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 14:00\nMon 14:30  resumed", "resolve", "Mon 15:00",
     "running", "2h", "Fri 17:00"),
    ("at its expiry it runs again", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 14:00", "resolve", "Mon 14:00", "running", "1h",
     "Fri 17:00"),
    ("in the microsecond before its expiry it still waits", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Mon 14:00", "resolve", "Mon 13:59:59.999999", "paused",
     "1h", None),
    # While paused
    ("a paused clock has no due time and does not breach", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 11:00  waits for agreed maintenance", "resolve",
     "06-30 10:00", "paused", "1h", None),
    ("a breach before the pause stays one", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 12:30  waits for agreed maintenance", "restore", "Mon 15:00", "breached",
     "2h 30m", None),
    ("a pause at the due time itself comes too late", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 12:00  waits for agreed maintenance", "restore", "Mon 15:00", "breached",
     "2h", None),
    # Priority up
    ("worsened: from then the new target, not what was used", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 12:00  worsened to P2", "resolve", "Mon 13:00", "running", "3h", "Thu 12:00"),
    ("worsened: never later than it was due before", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 13:45  worsened to P2", "first_response", "Mon 13:50", "running", "3h 50m",
     "Mon 14:00"),
    ("worsened: the change itself never breaches", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 13:30  worsened to P1", "first_response", "Mon 13:30", "running", "3h 30m",
     "Mon 13:45"),
    ("worsened while paused: the old due time as if resumed now", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance\nMon 12:00  worsened to P2\n"
     "Mon 13:00  resumed", "restore", "Mon 13:00", "running", "1h", "Mon 21:00"),
    ("worsened while paused: what was left is left", DEFAULT,
     "Mon 10:00  customer opens P3\nWed 15:00  waits for agreed maintenance\nWed 16:00  worsened to P2\n"
     "Wed 16:30  resumed", "restore", "Wed 17:00", "running", "23h 30m", "Wed 17:30"),
    ("misread: counted from receipt with the new target", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  was misread, is P2", "first_response", "Mon 10:20", "running", "20m",
     "Mon 10:30"),
    ("misread: a breach that shows is a breach", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  was misread, is P2", "first_response", "Mon 11:00", "breached", "1h",
     "Mon 10:30"),
    ("misread over a weekend: the nights count on the new calendar", DEFAULT,
     "Fri 17:00  customer opens P3\n+Mon 09:00  was misread, is P2", "resolve", "+Mon 09:00", "running", "64h",
     "+Mon 17:00"),
    ("misread: pauses stay pauses", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:10  waits for agreed maintenance\nMon 12:00  resumed\n"
     "Mon 12:10  was misread, is P1", "restore", "Mon 12:10", "running", "20m", "Mon 13:50"),
    ("worsened onto a calendar that is closed: due when it opens, not at once", ODD,
     "Mon 20:00  customer opens P3\nMon 22:00  worsened to P1", "first_response", "Tue 08:59", "running", "2h",
     "Tue 09:00"),
    ("and then at once", ODD,
     "Mon 20:00  customer opens P3\nMon 22:00  worsened to P1", "first_response", "Tue 09:00", "breached", "2h",
     "Tue 09:00"),
    ("misread: a breach that was recorded stays, though there was more time", ODD,
     "Mon 10:00  customer opens P3\nMon 15:00  was misread, is P2", "first_response", "Mon 15:00", "breached", "5h",
     "Mon 16:00"),
    # Ungraded
    ("an ungraded ticket counts as P2", DEFAULT,
     "Mon 10:00  customer opens", "first_response", "Mon 10:10", "running", "10m", "Mon 10:30"),
    ("or as its stated impact", DEFAULT,
     "Mon 10:00  customer states extensive", "first_response", "Mon 10:10", "running", "10m", "Mon 10:15"),
    ("grading has ten minutes, day and night", DEFAULT,
     "Sat 23:00  customer opens", "grading", "Sat 23:05", "running", "5m", "Sat 23:10"),
    ("graded in time", DEFAULT,
     "Sat 23:00  customer opens\nSat 23:10  graded P3", "grading", "Sun 10:00", "met", "10m", None),
    ("graded at once", DEFAULT,
     "Mon 10:00  graded at once P4", "grading", "Mon 10:00", "met", "0m", None),
    ("a first grading upwards counts from receipt", DEFAULT,
     "Mon 10:00  customer opens\nMon 10:08  graded P1", "first_response", "Mon 10:08", "running", "8m", "Mon 10:15"),
    # Priority down
    ("eased: what was used is kept, the new target applies", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 10:10  eased to P2", "first_response", "Mon 10:10", "running", "10m",
     "Mon 10:30"),
    ("eased: a breach that was recorded stays", DEFAULT,
     "Mon 10:00  customer opens P1\nMon 10:20  eased to P3", "first_response", "Mon 10:30", "breached", "30m",
     "Mon 14:00"),
    ("eased to a priority that promises nothing: neither met nor breached", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:10  eased to P4\nMon 12:00  engineer replies", "next_response", "Mon 13:00",
     "dismissed", "2h", None),
    ("until somebody answers it is idle", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:10  eased to P4", "next_response", "Mon 13:00", "idle", "3h", None),
    ("worsened to one that promises nothing: idle", REVERSED,
     "Mon 10:00  customer opens P3\nMon 10:10  worsened to P1", "next_response", "Mon 10:30", "idle", "30m", None),
    ("what is not promised is not missed", REVERSED,
     "Mon 10:00  customer opens P3\nMon 10:10  worsened to P1\nMon 10:40  resolved", "next_response", "Mon 12:00",
     "dismissed", "40m", None),
    ("misread, and it promises nothing: idle", REVERSED,
     "Mon 10:00  customer opens P3\nMon 10:10  was misread, is P1", "next_response", "Mon 10:30", "idle", "30m", None),
    ("eased to a priority that begins to promise: from then", REVERSED,
     "Mon 10:00  customer opens P2\nMon 11:00  eased to P3", "next_response", "Mon 11:30", "running", "1h 30m",
     "Mon 12:00"),
    # Already stopped clocks
    ("a stopped clock is never looked at again", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 12:00  engineer replies\nMon 12:30  was misread, is P1", "first_response",
     "Mon 13:00", "met", "2h", None),
    # Calendar differs between priorities
    ("each segment counts on the calendar then in force", DEFAULT,
     "Fri 17:00  customer opens P3\nFri 23:00  worsened to P2", "resolve", "Sat 09:00", "running", "11h", "+Mon 23:00"),
    # Reopen
    ("reopened in the window the same cycle goes on, without the resolved time", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  resolved\nWed 12:00  customer reopens",
     "resolve", "Wed 13:00", "running", "3h", "+Tue 14:00"),
    ("to the last microsecond of the 168 hours", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  resolved\n+Mon 12:00  customer reopens",
     "resolve", "+Mon 13:00", "running", "3h", "06-12 14:00"),
    ("the window counts from resolve, verified and archived included", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  resolved\nTue 10:00  customer confirms\n"
     "Tue 11:00  archived\nWed 12:00  customer reopens", "resolve", "Wed 13:00", "running", "3h", "+Tue 14:00"),
    ("after the window it would be a cycle of its own", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  resolved\n"
     "+Mon 12:00:00.000001  customer reopens", "resolve", "+Mon 13:00", "running", "59m 59s 999999us",
     "06-12 16:00:00.000001"),
    ("the first response is not re-armed", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  resolved\nWed 12:00  customer reopens",
     "first_response", "Wed 13:00", "met", "1h", None),
    ("the next response is", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 12:00  resolved\nWed 12:00  customer reopens",
     "next_response", "Wed 12:30", "running", "30m", "Wed 13:00"),
    ("from the message, when she wrote before she reopened", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 12:00  resolved\nWed 12:00  customer writes\n"
     "Wed 12:10  customer reopens", "next_response", "Wed 12:30", "running", "30m", "Wed 13:00"),
    ("nobody waits for an answer when an engineer reopens", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:30  engineer replies\nMon 12:00  resolved\nWed 12:00  engineer reopens",
     "next_response", "Wed 12:30", "met", "30m", None),
    ("a restore that had its own evidence is not taken back", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  restored\nMon 12:00  resolved with a reply\nWed 12:00  customer reopens",
     "restore", "Wed 13:00", "met", "1h", None),
    ("one that only the resolution ended goes on", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 12:00  resolved with a reply\nWed 12:00  customer reopens", "restore",
     "Wed 13:00", "running", "3h", "Fri 16:00"),
    # Merge and split
    ("merged away, an open clock ends", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  merged away", "resolve", "Mon 15:00", "merged", "1h", None),
    ("the other ticket takes the earlier due time", DEFAULT,
     "Mon 12:00  customer opens P3\nMon 13:00  takes in a ticket whose first_response is due Mon 14:00",
     "first_response", "Mon 13:00", "running", "1h", "Mon 14:00"),
    ("a later one changes nothing", DEFAULT,
     "Mon 12:00  customer opens P3\nMon 13:00  takes in a ticket whose first_response is due Tue 14:00",
     "first_response", "Mon 13:00", "running", "1h", "Mon 16:00"),
    ("a due time that has passed comes with its breach", DEFAULT,
     "Mon 12:00  customer opens P3\nMon 13:00  takes in a ticket whose first_response is due Mon 12:30",
     "first_response", "Mon 13:00", "breached", "1h", "Mon 12:30"),
    ("a message that waits there for an answer waits here", NEXT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\n"
     "Mon 13:00  takes in a ticket whose next_response is due Mon 13:40", "next_response", "Mon 13:10", "running", "10m",
     "Mon 13:40"),
    ("a first answer that was owed there is owed here, although ours was given", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\n"
     "Mon 13:00  takes in a ticket whose first_response is due Mon 13:40", "first_response", "Mon 13:10", "running",
     "10m", "Mon 13:40"),
    ("and so is an update that was promised there", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 13:00  takes in a ticket whose update_cadence is due Mon 13:40",
     "update_cadence", "Mon 13:10", "running", "10m", "Mon 13:40"),
    ("an answer that was late there is late here", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 10:20  engineer replies\n"
     "Mon 13:00  takes in a ticket whose first_response is due Mon 12:30", "first_response", "Mon 13:10", "breached",
     "10m", "Mon 12:30"),
    ("undone, the merged ticket reads as though it had never been", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  merged away\nMon 13:00  merge undone", "resolve", "Mon 15:00", "running",
     "5h", "Fri 14:00"),
    ("and so does the other one", DEFAULT,
     "Mon 12:00  customer opens P3\nMon 13:00  takes in a ticket whose first_response is due Mon 14:00\n"
     "Mon 13:30  that ticket leaves again", "first_response", "Mon 13:30", "running", "1h 30m", "Mon 16:00"),
    ("split off, the clocks start when the message came", DEFAULT,
     "Mon 15:00  split off P3, said Mon 13:00", "first_response", "Mon 15:00", "running", "2h", "Mon 17:00"),
    # Simultaneous events: message, pause, state, priority, owner, resolve
    ("question and wait in one command: asked first, then waited", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  waits on the customer\nMon 11:00  engineer replies", "resolve",
     "Mon 15:00", "paused", "1h", None),
    ("reply and resolve in one command: replied first", DEFAULT,
     "Mon 10:00  customer opens P3\nMon 11:00  resolved\nMon 11:00  engineer replies", "first_response", "Mon 15:00",
     "met", "1h", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "given", "kind", "asked", "state", "consumed", "due"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_behaviour(terms: Terms, given: str, kind: str, asked: str, state: str, consumed: str, due: str | None) -> None:
    reading = clock(terms, given, kind, asked)
    assert reading is not None
    assert (reading.state, reading.consumed) == (state, micros(consumed))
    assert reading.due_at == (at(due) if due else None)


def test_every_stretch_is_in_the_ledger_and_sums_to_what_was_consumed() -> None:
    for row in ROWS:
        for reading in read_clocks(story(row[2]), terms=row[1], at=at(row[4])):
            segments = reading.segments
            assert sum(s.counted for s in segments) == reading.consumed
            assert all(a.to_at == b.from_at for a, b in pairwise(segments))
            if segments:
                assert segments[0].from_at == reading.started_at
                assert segments[-1].to_at == (reading.stopped_at or at(row[4]))
            assert all(s.counted == 0 for s in segments if s.state == "paused")
