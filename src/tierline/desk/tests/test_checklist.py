"""First troubleshooting step by step: each result an event of the ticket; closed tickets are found, open ones are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import AT, Place, make_place, make_provider
from tierline.desk import queries, services
from tierline.desk.queries import checking, effects
from tierline.desk.tests.builders import do, make_ticket
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.knowledge import queries as knowledge
from tierline.knowledge.services import Step, write_checklist
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("checklist"), "checklist", staff=("l1",))


STEPS = [
    Step("只有一家银行中断？", "ask", "转 FC-043"),
    Step("证书指纹一致", "look"),
    Step("请求人重新授权", "requester"),
]


def checklist(place: Place) -> int:
    return write_checklist(
        actor=place.people["l1"],
        enterprise_id=place.enterprise_id,
        fault_class="FC-041",
        title="证书失效",
        steps=STEPS,
        at=AT,
    )


def test_each_result_is_an_event_and_the_last_word_on_a_step_counts(place: Place) -> None:
    l1, made = place.people["l1"], checklist(place)
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    told = {"checklist": made, "version": 1}
    ticket = do(services.record_check, l1, ticket, 2, **told, step=1, result="passed", text="只有招行")
    ticket = do(services.record_check, l1, ticket, 3, **told, step=2, result="failed")
    ticket = do(services.record_check, l1, ticket, 4, **told, step=2, result="passed", text="换证后一致")
    with tenancy.reading(l1):
        events = queries.events(l1, ticket)
        progress = checking.progress(ticket, events)
    assert progress is not None
    assert (progress.done, progress.next_step) == (2, 3)
    assert [r.result if r else None for _, r in progress.steps] == ["passed", "passed", None]
    assert checking.steps_tried(events) == [
        {"step": "只有一家银行中断？", "result": "✓ 只有招行"},
        {"step": "证书指纹一致", "result": "✓ 换证后一致"},
    ]
    assert [e.payload["step"] for e in events if "checklist" in e.payload] == [1, 2, 2]


def test_refused(place: Place) -> None:
    l1, made = place.people["l1"], checklist(place)
    ticket = make_ticket(place)
    told = {"checklist": made, "version": 1}
    for wrong, error in (
        ({"step": 4, "result": "passed"}, Invalid),
        ({"step": 0, "result": "passed"}, Invalid),
        ({"step": 1, "result": "maybe"}, Invalid),
        ({"step": 1, "result": "passed", "version": 2}, NotFound),
    ):
        with pytest.raises(error):
            do(services.record_check, l1, ticket, 1, **{**told, **wrong})
    with pytest.raises(NotAllowed):
        do(services.record_check, place.people["requester"], ticket, 1, **told, step=1, result="passed")


def closed(place: Place, subject: str) -> tuple[object, object]:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place, subject=subject), 1)
    ticket = do(services.resolve_tickets, l1, ticket, 2, cause="cert", resolution="更新信任链 CMB-4012", reply="已好")
    return l1, ticket


def test_a_ticket_is_found_from_the_commit_that_closes_it_until_the_one_that_reopens_it(place: Place) -> None:
    l1, ticket = closed(place, "回单下载失败")

    def found() -> list[str]:
        with tenancy.reading(l1):  # type: ignore[arg-type]
            reach = knowledge.visible(l1).within(kinds=("ticket",))  # type: ignore[arg-type]
            return [hit.number for hit in knowledge.find(reach, "信任链 cmb-4012")]

    assert found() == []
    ticket = do(services.verify_tickets, l1, ticket, 3, accepted=True, evidence=["流水已到"])  # type: ignore[arg-type]
    assert found() == [ticket.number]
    do(services.reopen_tickets, l1, ticket, 4, reason="又断了")  # type: ignore[arg-type]
    assert found() == []


def test_a_reading_without_a_ticket_in_seven_days_counts_once_the_days_are_over(place: Place) -> None:
    asker = place.people["requester"].person_id
    with tenancy.reading(place.system):
        make = [(7, asker or 0, AT)]
        week = timedelta(days=7)
        assert effects.without_ticket(make, at=AT + week - timedelta(seconds=1)) == {}
        assert effects.without_ticket(make, at=AT + week) == {7: 1}
    make_ticket(place)
    with tenancy.reading(place.system):
        assert effects.without_ticket(make, at=AT + week) == {}
