"""Two tickets that are one, one that is two, and the way back."""

from __future__ import annotations

import pytest

from tests.support.world import Place, make_place, make_provider
from tierline.desk import queries, services
from tierline.desk.queries import replay
from tierline.desk.services.act import MergedTicket
from tierline.desk.tests.builders import after, clocks, do, fresh, make_ticket, types
from tierline.domain.errors import Invalid
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("merging"), "merging", staff=("l1",))


def test_merging_gives_the_target_the_earlier_due_and_unmerging_gives_both_back(place: Place) -> None:
    l1 = place.people["l1"]
    early, late = make_ticket(place), make_ticket(place, at=after(10))
    alone = {t.id: clocks(place, t, 15)["restore"].due_at for t in (early, late)}
    assert alone[late.id] != alone[early.id]
    early = do(services.merge_tickets, l1, early, 15, into=late.id)
    assert (early.merged_into_id, early.is_open) == (late.id, False)
    assert clocks(place, early, 16)["restore"].state == "merged"
    assert clocks(place, late, 16)["restore"].due_at == alone[early.id]
    early = do(services.unmerge_ticket, l1, early, 20)
    assert (early.merged_into_id, early.is_open) == (None, True)
    assert {t.id: clocks(place, t, 21)["restore"].due_at for t in (early, late)} == alone
    with tenancy.reading(place.system):
        assert not list(replay.differences(place.system))


def test_a_merged_ticket_points_to_where_the_work_is(place: Place) -> None:
    l1 = place.people["l1"]
    one, other = make_ticket(place), make_ticket(place)
    one = do(services.merge_tickets, l1, one, 1, into=other.id)
    with pytest.raises(MergedTicket) as refused:
        do(services.claim_tickets, l1, one, 2)
    assert refused.value.facts["into"] == other.id
    with tenancy.reading(l1):
        assert queries.allowed_moves(l1, one) == ["link", "note", "unmerge"]


def test_nothing_merges_into_itself_or_into_a_merged_one(place: Place) -> None:
    l1 = place.people["l1"]
    one, other, third = make_ticket(place), make_ticket(place), make_ticket(place)
    with pytest.raises(Invalid):
        do(services.merge_tickets, l1, one, 1, into=one.id)
    one = do(services.merge_tickets, l1, one, 1, into=other.id)
    with pytest.raises(MergedTicket):
        do(services.merge_tickets, l1, third, 2, into=one.id)


def test_a_split_ticket_has_waited_since_its_message_came(place: Place) -> None:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    requester = place.people["requester"]
    ticket = do(services.reply_to_tickets, requester, ticket, 20, text="另外，发票也打不开")
    with tenancy.reading(place.system):
        seq = next(e.seq for e in queries.events(place.system, ticket) if e.type == "customer_message")
    new = do(services.split_ticket, l1, ticket, 50, from_event=seq, subject="发票打不开")
    assert (new.subject, new.requester_id, new.started_at) == ("发票打不开", requester.person_id, after(20))
    assert clocks(place, new, 50)["first_response"].consumed == 30 * 60_000_000
    assert fresh(place.system, ticket).version == ticket.version + 1


def test_a_breach_is_not_merged_away(place: Place) -> None:
    l1 = place.people["l1"]
    late, fresh_one = make_ticket(place), make_ticket(place, at=after(40))
    assert clocks(place, late, 45)["first_response"].state == "breached"
    do(services.merge_tickets, l1, late, 45, into=fresh_one.id)
    assert clocks(place, fresh_one, 46)["first_response"].state == "breached"


def test_a_requesters_word_on_a_merged_ticket_reaches_the_one_that_lives(place: Place) -> None:
    l1, requester = place.people["l1"], place.people["requester"]
    one, other = make_ticket(place), make_ticket(place)
    one = do(services.merge_tickets, l1, one, 1, into=other.id)
    heard = do(services.reply_to_tickets, requester, one, 2, text="补充一点")
    assert heard.id == other.id
    assert types(place, other)[-1] == "customer_message"


def test_two_tickets_leave_the_one_they_were_merged_into_together(place: Place) -> None:
    l1 = place.people["l1"]
    one, two, target = make_ticket(place), make_ticket(place), make_ticket(place)
    seen = {one.id: one.version, two.id: two.version}
    merged = services.merge_tickets(actor=l1, seen=seen, into=target.id, at=after(1))
    back = services.unmerge_ticket(actor=l1, seen={t.id: t.version for t in merged}, at=after(2))
    assert [t.merged_into_id for t in back] == [None, None]
    with tenancy.reading(place.system):
        assert not list(replay.differences(place.system))
