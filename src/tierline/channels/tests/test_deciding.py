"""The decision as a table: who may speak on a thread, and what is set aside."""

from __future__ import annotations

import pytest

from tierline.channels.base import Automated, Inbound, Party
from tierline.channels.deciding import FLOOD_AFTER, QUIET_AFTER, Sender, Thread, decide

OWN = Thread(7, False, 1, frozenset({"kuaiji@jia.example", "laoban@jia.example"}))
PROVEN = Thread(7, True, 1, frozenset({"kuaiji@jia.example"}))
NOBODYS = Thread(8, True, None, frozenset({"kuaiji@jia.example"}))
REQUESTER = Sender("kuaiji@jia.example", customer_id=1)
COPIED = Sender("laoban@jia.example")
COLLEAGUE = Sender("colleague@jia.example", customer_id=1)
STRANGER = Sender("x@elsewhere.example", customer_id=2)
UNKNOWN = Sender("x@nowhere.example")
ENGINEER = Sender("l1@provider.example", staff_id=3)
ENGINEER_ASKING = Sender("kuaiji@jia.example", staff_id=3)

ROWS = [
    # what it shows, sender, threads, became, ticket, reason
    ("a first mail is a ticket", REQUESTER, [], "ticket", None, ""),
    ("the requester answers", REQUESTER, [OWN], "reply", 7, ""),
    ("who was copied in answers", COPIED, [OWN], "reply", 7, ""),
    ("a colleague needs the proof", COLLEAGUE, [OWN], "ticket", None, ""),
    ("a colleague with the proof answers", COLLEAGUE, [PROVEN], "reply", 7, ""),
    ("a stranger does not, even with the proof", STRANGER, [PROVEN], "ticket", None, ""),
    ("an unknown sender does not, even with the proof", UNKNOWN, [PROVEN], "ticket", None, ""),
    ("no customer is nobody's colleague", UNKNOWN, [NOBODYS], "ticket", None, ""),
    ("the first thread that fits counts", COLLEAGUE, [OWN, PROVEN], "reply", 7, ""),
    ("an engineer answers with the proof", ENGINEER, [PROVEN], "staff_reply", 7, ""),
    ("an engineer without the proof may be anyone", ENGINEER, [OWN], "parked", None, "staff_without_token"),
    ("an engineer who is the requester asks", ENGINEER_ASKING, [OWN], "reply", 7, ""),
    ("an engineer's first mail is a ticket", ENGINEER, [], "ticket", None, ""),
    ("no address, nobody to answer", Sender(""), [OWN], "parked", None, "no_sender"),
    ("our own mailbox", Sender("support@us.example", is_ours=True), [], "parked", None, "own_address"),
    ("one below the flood", Sender("a@b.example", recent=FLOOD_AFTER - 1), [], "ticket", None, ""),
    ("the flood", Sender("a@b.example", recent=FLOOD_AFTER), [], "parked", None, "flood"),
]


@pytest.mark.parametrize(
    ("sender", "threads", "became", "ticket", "reason"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_decision(sender: Sender, threads: list[Thread], became: str, ticket: int | None, reason: str) -> None:
    found = decide(Inbound("k", Party("", sender.address), "text"), sender, threads)
    assert (found.became, found.ticket_id, found.reason) == (became, ticket, reason)


def test_a_claim_that_does_not_hold_is_a_fact_of_the_new_ticket() -> None:
    assert decide(Inbound("k", Party(), "text"), STRANGER, [PROVEN]).facts == {"claims": [7]}


@pytest.mark.parametrize(("recent", "is_quiet"), [(QUIET_AFTER - 1, False), (QUIET_AFTER, True)])
def test_the_eleventh_message_within_ten_minutes_is_not_answered(recent: int, is_quiet: bool) -> None:
    found = decide(Inbound("k", Party(), "text"), Sender("a@b.example", recent=recent), [])
    assert found.is_quiet is is_quiet


def test_a_machine_is_parked_whoever_it_pretends_to_be() -> None:
    absent = Inbound("k", Party(), "text", automated=Automated("out_of_office", "subject"))
    found = decide(absent, REQUESTER, [PROVEN])
    assert (found.became, found.reason, found.facts) == ("parked", "out_of_office", {"evidence": "subject"})
