"""A refusal that leads somewhere: the request is kept, audited, and answered by somebody else."""

from __future__ import annotations

import pytest

from tests.support.world import AT, World, make_world
from tierline.accounts import queries
from tierline.accounts.services import AlreadyAsked, ask_for_right, settle_right_request
from tierline.audit import queries as audit
from tierline.domain.errors import Missing, NotAllowed, NotFound
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


def ask(world: World, who: str = "l1", reason: str = "替班") -> int:
    return ask_for_right(actor=world.home.people[who], right="people.read", page="/people", reason=reason, at=AT)


def waiting(world: World, who: str = "manager") -> list[str]:
    with tenancy.reading(world.home.people[who]):
        return [row.reason for row in queries.open_right_requests()]


def test_a_request_waits_for_the_managers_and_is_on_record() -> None:
    world = make_world()
    ask(world)
    assert waiting(world) == ["替班"]
    l1 = world.home.people["l1"]
    with tenancy.reading(l1):
        assert queries.right_request_of(l1.person_id or 0, "people.read") is not None
        assert audit.lines(f"person:{l1.person_id}")[-1].action == "right.asked"


def test_the_same_request_is_not_made_twice() -> None:
    world = make_world()
    ask(world)
    with pytest.raises(AlreadyAsked):
        ask(world)
    assert waiting(world) == ["替班"]


def test_a_request_needs_its_reason() -> None:
    world = make_world()
    with pytest.raises(Missing):
        ask(world, reason="  ")


@pytest.mark.parametrize(("granted", "action"), [(True, "right.granted"), (False, "right.declined")])
def test_a_manager_answers_and_it_waits_no_more(granted: bool, action: str) -> None:
    world = make_world()
    request, manager = ask(world), world.home.people["manager"]
    settle_right_request(actor=manager, request_id=request, granted=granted, at=AT)
    assert waiting(world) == []
    with tenancy.reading(manager):
        assert audit.lines(f"person:{world.home.people['l1'].person_id}")[-1].action == action
    with pytest.raises(NotFound):
        settle_right_request(actor=manager, request_id=request, granted=granted, at=AT)


@pytest.mark.parametrize("who", ["l2", "auditor", "requester"])
def test_who_grants_no_rights_answers_no_request(who: str) -> None:
    world = make_world()
    request = ask(world)
    with pytest.raises(NotAllowed):
        settle_right_request(actor=world.home.people[who], request_id=request, granted=True, at=AT)


def test_nobody_answers_the_own_request() -> None:
    world = make_world()
    request = ask(world, "manager")
    with pytest.raises(NotAllowed):
        settle_right_request(actor=world.home.people["manager"], request_id=request, granted=True, at=AT)


def test_a_customers_request_is_seen_by_who_reaches_its_enterprise_only() -> None:
    world = make_world()
    ask_for_right(actor=world.neighbour.people["requester"], right="queue.read", page="/queue", reason="想看", at=AT)
    assert waiting(world, "l1") == []
