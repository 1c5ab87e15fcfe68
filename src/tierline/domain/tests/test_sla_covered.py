"""Every situation in which a clock does something has a test that can be read; this is the list, situation by situation.

A support manager looks here first: on the left what happens, on the right the rows of the tables that show it.
"""

from pathlib import Path

import pytest

from tierline.domain.terms import Kind

TREE = Path(__file__).parents[2]
BEHAVIOUR, KINDS, CORNERS = (f"domain/tests/test_sla_{name}.py" for name in ("behaviour", "kinds", "corners"))
RECORD, ESCALATION, DESK = "domain/tests/test_sla_record.py", "domain/tests/test_escalation.py", "desk/tests"

SITUATIONS: dict[str, list[tuple[str, str]]] = {
    "the first response begins": [
        (BEHAVIOUR, "the clock starts when our server receives the customer's first message"),
        (BEHAVIOUR, "an agent's ticket starts it at the customer's first message"),
        (BEHAVIOUR, "an agent's promise starts it at the time promised"),
    ],
    "somebody of ours answers": [
        (BEHAVIOUR, "a public message stops it"),
        (BEHAVIOUR, "a two-way call stops it"),
        (BEHAVIOUR, "whoever was no longer staff at that time does not stop it"),
    ],
    "something that is no answer": [
        (BEHAVIOUR, "an acknowledgement does not stop it"),
        (BEHAVIOUR, "an internal note, an assignment and a grading do not stop it"),
        (BEHAVIOUR, "an automatic answer does not stop it"),
        (BEHAVIOUR, "its own clock stops when the answer is confirmed"),
    ],
    "resolved without a word": [(BEHAVIOUR, "resolving without a reply misses the first response, however early")],
    "the customer writes again": [
        (BEHAVIOUR, "the oldest unanswered message starts the next response"),
        (BEHAVIOUR, "more messages do not restart it"),
        (CORNERS, "another question after the answer is another cycle"),
    ],
    "thanks after the resolution": [
        (BEHAVIOUR, "thanks after resolve wait for an answer"),
        (BEHAVIOUR, "unless somebody says that none is needed"),
        (f"{DESK}/test_receiving.py", "thanks alone verify nothing and reopen nothing"),
    ],
    "the ticket waits": [
        (BEHAVIOUR, "waiting on the customer after a question stops resolve"),
        (BEHAVIOUR, "waiting on the customer without a question stops nothing"),
        (BEHAVIOUR, "the first response is never paused"),
        (BEHAVIOUR, "a third party's delay is ours"),
        (BEHAVIOUR, "agreed maintenance stops it"),
        (BEHAVIOUR, "the date the customer asked for stops it"),
    ],
    "it goes on": [
        (BEHAVIOUR, "any message of the customer ends a pause"),
        (BEHAVIOUR, "machine mail does not"),
        (BEHAVIOUR, "a pause ends at its expiry, whoever noticed"),
        (CORNERS, "a word at night ends the wait, and the time runs from opening"),
    ],
    "while it waits": [
        (BEHAVIOUR, "a paused clock has no due time and does not breach"),
        (BEHAVIOUR, "a breach before the pause stays one"),
        (CORNERS, "eased while it waits: what was used is kept for when it goes on"),
        (CORNERS, "misread, and it waits: it still waits"),
    ],
    "the priority goes up": [
        (BEHAVIOUR, "worsened: from then the new target, not what was used"),
        (BEHAVIOUR, "worsened: the change itself never breaches"),
        (BEHAVIOUR, "worsened while paused: the old due time as if resumed now"),
        (BEHAVIOUR, "misread: counted from receipt with the new target"),
        (BEHAVIOUR, "misread: a breach that shows is a breach"),
    ],
    "nobody has graded it": [
        (BEHAVIOUR, "an ungraded ticket counts as P2"),
        (BEHAVIOUR, "or as its stated impact"),
        (BEHAVIOUR, "grading has ten minutes, day and night"),
    ],
    "the priority goes down": [
        (BEHAVIOUR, "eased: what was used is kept, the new target applies"),
        (BEHAVIOUR, "eased: a breach that was recorded stays"),
        (RECORD, "test_lowering_the_priority_needs_a_second_person_from_three_quarters_of_a_target"),
    ],
    "the clock had stopped before": [(BEHAVIOUR, "a stopped clock is never looked at again")],
    "the agreement or its calendar changes": [
        (RECORD, "test_a_running_clock_stays_on_the_version_it_started_with"),
        (RECORD, "test_rebased_the_new_version_counts_from_then_and_keeps_what_was_used"),
        (RECORD, "test_a_new_holiday_counts_only_from_when_it_was_recorded"),
    ],
    "another priority has another calendar": [(BEHAVIOUR, "each segment counts on the calendar then in force")],
    "reopened": [
        (BEHAVIOUR, "reopened in the window the same cycle goes on, without the resolved time"),
        (BEHAVIOUR, "to the last microsecond of the 168 hours"),
        (BEHAVIOUR, "the first response is not re-armed"),
        (BEHAVIOUR, "the next response is"),
    ],
    "a message after the window": [(f"{DESK}/test_receiving.py", "after the window it is a new ticket")],
    "merged": [
        (BEHAVIOUR, "merged away, an open clock ends"),
        (BEHAVIOUR, "the other ticket takes the earlier due time"),
        (BEHAVIOUR, "undone, the merged ticket reads as though it had never been"),
        (CORNERS, "a merge undone after the due time: the breach is where it would have been"),
    ],
    "split": [
        (BEHAVIOUR, "split off, the clocks start when the message came"),
        (f"{DESK}/test_merge.py", "test_a_split_ticket_has_waited_since_its_message_came"),
    ],
    "handed to L2 or L3": [
        (KINDS, "the customer's clocks run on through an escalation"),
        (KINDS, "a P1 starts it with the page"),
        (KINDS, "and the package that follows does not start it anew"),
        (KINDS, "returned to the sender, it waits"),
        (KINDS, "submitted again, it goes on with what was used"),
        (KINDS, "a plan note with a public summary stops it"),
        (KINDS, "the first work after acceptance stops it"),
        (ESCALATION, "graded P1: L2 at once, L3 after 15 minutes"),
    ],
    "out of hours": [
        (BEHAVIOUR, "out of hours the clock starts and spends nothing until opening"),
        (CORNERS, "an answer before opening has used nothing"),
    ],
    "we were down ourselves": [
        (RECORD, "test_our_outage_is_shown_and_counts"),
        (RECORD, "test_our_outage_is_left_out_when_the_agreement_says_so"),
    ],
    "the worker was late": [
        (RECORD, "test_a_late_worker_reads_the_breach_at_its_due_time"),
        (f"{DESK}/test_timers.py", "test_a_breach_is_recorded_at_the_instant_it_was_due_however_late_the_worker"),
        (f"{DESK}/test_timers.py", "test_sweeping_again_records_nothing_twice"),
    ],
    "all at one moment": [
        (BEHAVIOUR, "question and wait in one command: asked first, then waited"),
        (BEHAVIOUR, "reply and resolve in one command: replied first"),
        (CORNERS, "a word and the resolution at one moment: the word came first, and nobody answered it"),
        (CORNERS, "a wait and a grading in one command: both hold"),
    ],
    "brought over from elsewhere": [(RECORD, "test_an_imported_ticket_keeps_the_times_of_its_source")],
    "owned, and nothing said": [
        ("domain/tests/test_ownership.py", "four working hours after it was assigned"),
        ("domain/tests/test_ownership.py", "while it waits nobody takes it away"),
    ],
}

# How each kind begins, how it ends, and what holds it.
OF_A_KIND: dict[Kind, list[tuple[str, str]]] = {
    Kind.GRADING: [(BEHAVIOUR, "grading has ten minutes, day and night"), (BEHAVIOUR, "graded in time")],
    Kind.FIRST_RESPONSE: SITUATIONS["the first response begins"] + SITUATIONS["somebody of ours answers"],
    Kind.FIRST_USEFUL_ANSWER: [
        (BEHAVIOUR, "an automatic answer does not stop its own clock either"),
        (BEHAVIOUR, "its own clock stops when the answer is confirmed"),
    ],
    Kind.NEXT_RESPONSE: [
        (BEHAVIOUR, "the oldest unanswered message starts the next response"),
        (BEHAVIOUR, "the next response is never paused"),
    ],
    Kind.UPDATE_CADENCE: [
        (KINDS, "updates are owed from the last public message"),
        (KINDS, "the next one stops it and starts it anew"),
        (BEHAVIOUR, "and stops the updates"),
    ],
    Kind.HAND_OFF_ACCEPT: [
        (KINDS, "accepting runs from the complete package"),
        (KINDS, "accepted"),
        (KINDS, "returned is an answer too"),
        (KINDS, "an offer sent again before it was answered goes on as it was"),
        (KINDS, "a tier may have its own target and calendar"),
    ],
    Kind.L2_PLAN: [
        (KINDS, "the plan runs from the complete package"),
        (KINDS, "a plan note with a public summary stops it"),
        (KINDS, "returned to the sender, it waits"),
    ],
    Kind.L3_START: [
        (KINDS, "the start runs from the complete package, on the tier's own hours"),
        (KINDS, "the first work after acceptance stops it"),
    ],
    Kind.RESTORE: [(KINDS, "restored with evidence"), (BEHAVIOUR, "agreed maintenance stops it")],
    Kind.RESOLVE: [
        (KINDS, "resolved"),
        (KINDS, "a ticket resolved while it waited has used only what ran"),
    ],
    Kind.TASK: [
        (KINDS, "a task has its own due time"),
        (KINDS, "finished"),
        (KINDS, "unless its agreement says so, and then until the ticket is resolved"),
    ],
    Kind.SUPPLIER: [(KINDS, "a supplier is asked on that contract's terms")],
    Kind.RCA: [(KINDS, "a resolved P1 owes a report in five working days"), (KINDS, "issued")],
}


def is_there(file: str, name: str) -> bool:
    text = (TREE / file).read_text(encoding="utf-8")
    return f"def {name}(" in text if name.startswith("test_") else f'("{name}"' in text


@pytest.mark.parametrize("shown", SITUATIONS.values(), ids=SITUATIONS.keys())
def test_the_situation_has_its_rows(shown: list[tuple[str, str]]) -> None:
    assert shown
    assert [name for file, name in shown if not is_there(file, name)] == []


def test_every_kind_has_its_rows() -> None:
    assert set(OF_A_KIND) == set(Kind)
    assert [name for shown in OF_A_KIND.values() for file, name in shown if not is_there(file, name)] == []
