"""分流 through the desk: given when work arrives and when somebody is free, kept within the cap, and never silently nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.clock import Clock, clock
from tests.support.receiver import run_jobs
from tests.support.world import AT, STAFF, Place, acting, add_staff, assign, make_place, make_provider
from tierline.accounts import queries as people
from tierline.accounts import services as accounts
from tierline.agreements import queries as agreements
from tierline.desk import handlers, services
from tierline.desk.events import WorkMoved
from tierline.desk.models import Decision, Ticket
from tierline.desk.queries import routing
from tierline.desk.services.assign import CredentialMissing
from tierline.desk.services.dispatch import NothingToTake
from tierline.desk.tests.builders import after, do, fresh, make_ticket
from tierline.domain.errors import DomainError, Invalid, NotAllowed
from tierline.plumbing import tenancy, timers
from tierline.workforce import services as workforce
from tierline.workforce.operations import NewAbility, NewCredential, NewShift, NewSkill

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(clock: Clock) -> Place:
    return make_place(make_provider("dispatch"), "dispatch", staff=("l1", "l2", "manager"))


def push(place: Place, minutes: float = 0) -> None:
    services.set_dispatch_rule(
        actor=place.people["manager"], enterprise_id=place.enterprise_id, mode="push", at=after(minutes)
    )
    run_jobs()


def work(clock: Clock, minutes: float) -> None:
    """Timers and jobs until nothing is due then."""
    run_jobs()
    while timers.sweep(clock.set(after(minutes))):
        run_jobs()


def arrives(place: Place, clock: Clock, minutes: float = 0, **told: Any) -> Ticket:
    ticket = make_ticket(place, at=clock.set(after(minutes)), **told)
    run_jobs()
    return fresh(place.system, ticket)


def shift(place: Place, who: str | int, begins: float, ends: float, *, kind: str = "shift") -> None:
    person = who if isinstance(who, int) else _id(place, who)
    row = NewShift(person, after(begins), after(ends), place.enterprise_id, kind=kind)
    workforce.plan_shifts(actor=place.system, rows=[row], at=AT)


def _id(place: Place, who: str) -> int:
    found = place.people[who].person_id
    assert found is not None
    return found


def decided(place: Place, ticket: Ticket) -> list[Decision]:
    with tenancy.reading(place.system):
        return routing.decisions(place.system, ticket)


def test_without_a_rule_nothing_is_pushed(place: Place, clock: Clock) -> None:
    assert arrives(place, clock).assignee_id is None


def test_what_arrives_is_given_to_its_tier_with_the_reasons_on_the_record(place: Place, clock: Clock) -> None:
    push(place)
    ticket = arrives(place, clock)
    assert (ticket.assignee_id, ticket.state) == (_id(place, "l1"), "open")
    (why,) = decided(place, ticket)
    assert (why.trigger, why.chosen_id, why.by_id) == ("push", _id(place, "l1"), None)
    assert [row[0] for row in why.ranked] == [_id(place, "l1"), _id(place, "l2")]


def test_an_idle_colleague_is_preferred_and_the_cap_holds(place: Place, clock: Clock) -> None:
    push(place)
    given = [arrives(place, clock, n).assignee_id for n in range(14)]
    # 96 units of each, a P2 weighs 16: twelve for two people, and the rest waits.
    assert given.count(None) == 2
    assert {given.count(_id(place, who)) for who in ("l1", "l2")} == {6}


def test_capacity_freed_gives_out_what_waits_least_slack_first(place: Place, clock: Clock) -> None:
    push(place)
    tickets = [arrives(place, clock, n) for n in range(14)]
    first, second = tickets[12:]
    one = next(t for t in tickets if t.assignee_id == _id(place, "l1"))
    clock.set(after(15))
    do(services.resolve_tickets, place.people["l1"], one, 15, cause="certificate", resolution="已处理")
    run_jobs()
    assert fresh(place.system, first).assignee_id == _id(place, "l1")
    assert fresh(place.system, second).assignee_id is None


def test_paused_work_frees_three_quarters_of_its_weight(place: Place, clock: Clock) -> None:
    push(place)
    tickets = [arrives(place, clock, n) for n in range(13)]
    mine = [t for t in tickets if t.assignee_id == _id(place, "l1")]
    assert tickets[12].assignee_id is None
    clock.set(after(20))
    for ticket in mine[:2]:
        do(services.wait_tickets, place.people["l1"], ticket, 20, on="date", reason="约定日期", until=after(5000))
    run_jobs()
    assert fresh(place.system, tickets[12]).assignee_id == _id(place, "l1")


def test_nobody_eligible_is_on_the_record_once_and_seen_in_the_queue(place: Place, clock: Clock) -> None:
    push(place)
    for who in ("l1", "l2"):
        shift(place, who, 600, 700)
    ticket = arrives(place, clock)
    arrives(place, clock, 1)
    assert ticket.assignee_id is None
    (why,) = decided(place, ticket)
    assert why.chosen_id is None
    assert {row[1] for row in why.refused} == {"off_duty"}
    with tenancy.reading(place.system):
        assert set(routing.unplaced([ticket])) == {ticket.id}
    handlers.dispatch_moved(WorkMoved(provider_id=place.provider_id, enterprise_id=place.enterprise_id, at=after(2)))
    assert len(decided(place, ticket)) == 1


def test_a_shift_that_begins_takes_what_waits(place: Place, clock: Clock) -> None:
    push(place)
    shift(place, "l1", 30, 90)
    ticket = arrives(place, clock)
    work(clock, 29)
    assert fresh(place.system, ticket).assignee_id is None
    work(clock, 30)
    assert fresh(place.system, ticket).assignee_id == _id(place, "l1")


def test_ownership_ends_with_the_shift_and_goes_to_who_is_there(place: Place, clock: Clock) -> None:
    second = add_staff(place.system, place.enterprise_id, "second-l1")
    push(place)
    shift(place, "l1", -60, 30)
    shift(place, second, 30, 90)
    ticket = arrives(place, clock)
    assert ticket.assignee_id == _id(place, "l1")
    work(clock, 30)
    assert fresh(place.system, ticket).assignee_id == second


def test_a_ticket_on_a_fresh_hand_over_note_stays_until_the_next_shift_accepts_it(place: Place, clock: Clock) -> None:
    push(place)
    shift(place, "l1", -60, 30)
    shift(place, "l2", -60, 90)
    ticket = arrives(place, clock)
    l1, l2 = place.people["l1"], place.people["l2"]
    note = services.write_handover(
        actor=l1, enterprise_id=place.enterprise_id, text="等银行回话", ticket_ids=[ticket.id], at=after(29)
    )
    work(clock, 31)
    assert fresh(place.system, ticket).assignee_id == l1.person_id
    services.accept_handover(actor=l2, note_id=note, at=after(32))
    assert fresh(place.system, ticket).assignee_id == l2.person_id
    with pytest.raises(DomainError):
        services.accept_handover(actor=l2, note_id=note, at=after(33))


def test_who_is_away_gets_nothing_and_comes_back_by_the_timer(place: Place, clock: Clock) -> None:
    push(place)
    for who in ("l1", "l2"):
        workforce.set_presence(actor=place.people[who], presence="away", until=after(20), at=AT)
    ticket = arrives(place, clock, 1)
    assert ticket.assignee_id is None
    work(clock, 20)
    assert fresh(place.system, ticket).assignee_id == _id(place, "l1")


def test_an_ended_assignment_gives_its_tickets_back(place: Place, clock: Clock) -> None:
    push(place)
    ticket = arrives(place, clock)
    assert ticket.assignee_id == _id(place, "l1")
    with tenancy.reading(place.system):
        (live,) = people.assignments([_id(place, "l1")])
    accounts.end_assignment(actor=place.people["manager"], assignment_id=live.id, at=clock.set(after(5)))
    arrives(place, clock, 6)
    assert fresh(place.system, ticket).assignee_id == _id(place, "l2")


def test_skills_with_level_and_expiry_decide(place: Place, clock: Clock) -> None:
    manager = place.people["manager"]
    workforce.add_skills(actor=manager, rows=[NewSkill("tax", "财税", "Tax")], at=AT)
    with tenancy.reading(place.system):
        code = next(iter(_service_codes(place)))
    services.add_skill_need(
        actor=manager, enterprise_id=place.enterprise_id, service_code=code, skill="tax", level=3, at=AT
    )
    push(place)
    ticket = arrives(place, clock, service=code)
    assert [row[1] for row in decided(place, ticket)[0].refused] == ["skill_missing", "skill_missing"]
    able = [NewAbility("tax", 3, expires_on=date(2026, 3, 2))]
    workforce.set_abilities(actor=manager, person_id=_id(place, "l2"), rows=able, at=after(1))
    assert arrives(place, clock, 2, service=code).assignee_id == _id(place, "l2")
    tomorrow = 24 * 60
    assert arrives(place, clock, tomorrow, service=code).assignee_id is None


def _service_codes(place: Place) -> list[str]:
    return [s.code for s in agreements.services(place.enterprise_id)]


def test_without_the_undertaking_nobody_is_given_a_ticket_by_any_way(place: Place, clock: Clock) -> None:
    manager, l1 = place.people["manager"], place.people["l1"]
    workforce.ask_for_credential(
        actor=manager,
        enterprise_id=place.enterprise_id,
        kind="undertaking",
        code="nda",
        name_zh="保密承诺",
        name_en="Undertaking",
        at=AT,
    )
    push(place)
    ticket = arrives(place, clock)
    assert ticket.assignee_id is None
    for act in (
        lambda: do(services.claim_tickets, l1, ticket, 1),
        lambda: do(services.assign_tickets, manager, ticket, 1, assignee_id=l1.person_id),
        lambda: services.next_ticket(actor=l1, at=after(1)),
    ):
        with pytest.raises((CredentialMissing, NothingToTake)):
            act()
    signed = NewCredential(_id(place, "l1"), "undertaking", "nda", date(2026, 3, 1), enterprise_id=place.enterprise_id)
    workforce.add_credential(actor=manager, row=signed, at=after(2))
    assert do(services.claim_tickets, l1, ticket, 3).assignee_id == l1.person_id


def test_the_next_ticket_for_me_is_the_first_of_the_queue_that_i_may_take(place: Place, clock: Clock) -> None:
    l1 = place.people["l1"]
    later, sooner = arrives(place, clock, 10), arrives(place, clock, 0)
    clock.set(after(11))
    taken = services.next_ticket(actor=l1, at=after(11))
    assert taken.id == sooner.id
    assert services.next_ticket(actor=l1, at=after(12)).id == later.id
    assert decided(place, taken)[0].trigger == "pull"
    with pytest.raises(NothingToTake) as nothing:
        services.next_ticket(actor=l1, at=after(13))
    assert nothing.value.facts["waiting"] == 0
    with pytest.raises(NotAllowed):
        services.next_ticket(actor=place.people["manager"], at=after(13))


def test_who_asks_off_duty_is_served_where_work_is_not_given_out(place: Place, clock: Clock) -> None:
    l1 = place.people["l1"]
    for who in ("l1", "l2"):
        shift(place, who, 600, 700)
    push(place)
    ticket = arrives(place, clock, 1)
    with pytest.raises(NothingToTake) as nothing:
        services.next_ticket(actor=l1, at=clock.set(after(3)))
    assert nothing.value.facts["why"] == ["off_duty"]
    services.set_dispatch_rule(
        actor=place.people["manager"], enterprise_id=place.enterprise_id, mode="pull", at=after(4)
    )
    assert services.next_ticket(actor=l1, at=after(5)).id == ticket.id


def test_a_choice_by_hand_is_on_the_record_beside_what_routing_would_have_done(place: Place, clock: Clock) -> None:
    ticket = arrives(place, clock)
    given = do(services.assign_tickets, place.people["manager"], ticket, 1, assignee_id=_id(place, "l2"))
    (why,) = decided(place, given)
    assert (why.trigger, why.chosen_id, why.by_id) == ("manual", _id(place, "l2"), _id(place, "manager"))
    assert [row[0] for row in why.ranked] == [_id(place, "l1"), _id(place, "l2")]


def test_a_handler_run_twice_gives_nothing_twice(place: Place, clock: Clock) -> None:
    push(place)
    ticket = arrives(place, clock)
    before = ticket.version
    event = WorkMoved(provider_id=place.provider_id, enterprise_id=place.enterprise_id, at=after(1))
    handlers.dispatch_moved(event)
    handlers.dispatch_moved(event)
    assert fresh(place.system, ticket).version == before
    assert len(decided(place, ticket)) == 1


def test_what_somebody_has_elsewhere_counts_for_the_cap(clock: Clock) -> None:
    provider = make_provider("dispatch-two")
    home = make_place(provider, "home-two", staff=("l1", "manager"))
    other = make_place(provider, "other-two", staff=("manager",))
    assign(other.system, other.enterprise_id, _id(home, "l1"), 1)
    shared = acting(provider, _id(home, "l1"))
    for n in range(6):
        do(services.claim_tickets, shared, make_ticket(other, at=after(n)), n)
    push(home)
    ticket = arrives(home, clock, 10)
    assert ticket.assignee_id is None
    assert decided(home, ticket)[0].refused[0][1] == "at_capacity"


@pytest.mark.parametrize("who", ["l1", "auditor"])
def test_only_managers_change_the_rule(who: str) -> None:
    place = make_place(make_provider("dispatch-rule"), "dispatch-rule", staff=tuple(STAFF))
    with pytest.raises(NotAllowed):
        services.set_dispatch_rule(actor=place.people[who], enterprise_id=place.enterprise_id, mode="push", at=AT)
    with pytest.raises(Invalid):
        services.set_dispatch_rule(
            actor=place.people["manager"], enterprise_id=place.enterprise_id, mode="lottery", at=AT
        )
