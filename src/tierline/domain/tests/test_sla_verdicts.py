"""What becomes of a verdict when a ticket is resolved without a word, graded anew or stopped: SLA.md section 2."""

from tierline.domain.tests.stories import at
from tierline.domain.tests.test_sla_behaviour import DEFAULT, ODD, clock


def test_a_late_answer_that_never_came_was_breached_when_it_was_due() -> None:
    missed = clock(DEFAULT, "Mon 10:00  customer opens P3\nMon 15:00  resolved", "first_response", "Mon 16:00")
    assert (missed.breached_at, missed.stopped_at, missed.verdict_note) == (
        at("Mon 14:00"),
        at("Mon 15:00"),
        "no_reply",
    )


def test_an_answer_that_was_not_owed_any_more_was_missed_when_the_ticket_was_resolved() -> None:
    missed = clock(DEFAULT, "Mon 10:00  customer opens P3\nMon 11:00  resolved", "first_response", "Mon 16:00")
    assert missed.breached_at == missed.stopped_at == at("Mon 11:00")


def test_a_stopped_clock_is_reported_under_the_priority_it_was_judged_by() -> None:
    given = "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  worsened to P1"
    assert clock(DEFAULT, given, "first_response", "Mon 13:00").priority == "P3"
    assert clock(DEFAULT, given, "resolve", "Mon 13:00").priority == "P1"


def test_misread_the_earlier_of_two_breaches_is_the_breach() -> None:
    given = "Mon 10:00  customer opens P3\nMon 15:00  was misread, is P1"
    assert clock(DEFAULT, given, "first_response", "Mon 15:00").breached_at == at("Mon 10:15")
    assert clock(ODD, given.replace("P1", "P2"), "first_response", "Mon 15:00").breached_at == at("Mon 14:00")
