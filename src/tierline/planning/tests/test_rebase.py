"""Moving an agreement's open tickets: look first, confirm, then in batches that a break does not double."""

from typing import Any

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import World, make_world
from tierline.agreements import services as promises
from tierline.audit import queries as audit
from tierline.desk import queries as desk
from tierline.desk.tests.builders import after, clocks, make_resolved, make_ticket, types
from tierline.domain.errors import NotAllowed, NotFound
from tierline.planning import queries, services
from tierline.planning.models import DONE, FAILED, Rebase
from tierline.planning.services.rebase import NotPreviewed
from tierline.planning.tests.builders import HOURS, agreement_of, found, make_draft, preview_of, run_jobs
from tierline.plumbing import tenancy

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock: Clock) -> World:
    return make_world()


def publish(world: World, **targets: dict[str, Any]) -> int:
    draft = make_draft(world.home, **targets)
    manager = world.home.people["manager"]
    with tenancy.reading(manager):
        version = queries.agreements.draft(draft).version
    return promises.publish_draft(
        actor=manager, enterprise_id=world.home.enterprise_id, draft_id=draft, seen_version=version, at=after(1)
    )


def look(world: World, *, at: float = 60) -> int:
    preview = services.preview_rebase(
        actor=world.home.people["manager"], agreement_id=agreement_of(world.home), at=after(at)
    )
    run_jobs()
    return preview


def rebase(world: World, rebase_id: int) -> Rebase:
    with tenancy.reading(world.home.system):
        return Rebase.objects.get(id=rebase_id)


def test_what_came_from_another_desk_owes_nothing_and_shows_nothing(world: World) -> None:
    ours, theirs = make_ticket(world.home), make_ticket(world.home, is_imported=True)
    publish(world, resolve={"P2": {"minutes": 30}})
    preview = look(world)
    seen = {number for number, _, _ in found(world.home.people["manager"], preview)}
    assert seen == {ours.number}
    assert preview_of(world.home.people["manager"], preview).total == 2
    assert theirs.number not in seen


def test_the_preview_says_which_would_break_and_moves_nothing(world: World) -> None:
    open_one, done = make_ticket(world.home), make_resolved(world.home)
    publish(world, resolve={"P2": {"minutes": 30}})
    preview = look(world)
    manager = world.home.people["manager"]
    assert found(manager, preview, what="breaks") == {(open_one.number, "resolve", "breaks")}
    assert preview_of(manager, preview).total == 1
    for ticket in (open_one, done):
        assert "clock_rebased" not in types(world.home, ticket)


def test_confirmed_the_open_tickets_are_moved_and_nothing_else(world: World, clock: Clock) -> None:
    open_one, done = make_ticket(world.home), make_resolved(world.home)
    elsewhere = make_ticket(world.neighbour)
    version = publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    clock.set(after(61))
    rebase_id = services.confirm_rebase(actor=world.home.people["manager"], preview_id=preview, at=after(61))
    assert "clock_rebased" not in types(world.home, open_one)
    run_jobs()
    row = rebase(world, rebase_id)
    assert (row.state, row.moved, row.done, row.total) == (DONE, 1, 1, 1)
    assert clocks(world.home, open_one, 61)["resolve"].due_at == after(10 * HOURS)
    with tenancy.reading(world.home.system):
        assert desk.ticket(world.home.system, open_one.id).agreement_id == version
        events = desk.events(world.home.system, desk.ticket(world.home.system, open_one.id))
        lines = [line.action for line in audit.lines(f"agreement:{agreement_of(world.home)}")]
    [event] = [e for e in events if e.type == "clock_rebased"]
    assert (event.actor_id, event.actor_role) == (world.home.people["manager"].person_id, "manager")
    assert lines[-2:] == ["agreement.rebase_confirmed", "agreement.rebased"]
    assert "clock_rebased" not in types(world.home, done)
    assert "clock_rebased" not in types(world.neighbour, elsewhere)


def test_in_batches_each_ticket_is_moved_once_however_often_a_job_runs(world: World, clock: Clock) -> None:
    tickets = [make_ticket(world.home, at=after(n / 10)) for n in range(5)]
    publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    clock.set(after(61))
    manager = world.home.people["manager"]
    rebase_id = services.confirm_rebase(actor=manager, preview_id=preview, at=after(61), size=2)
    first = {
        "provider_id": world.home.provider_id,
        "enterprise_id": world.home.enterprise_id,
        "rebase_id": rebase_id,
        "person_id": manager.person_id,
        "batch": 0,
    }
    services.run_rebase(**first)
    services.run_rebase(**first)
    assert rebase(world, rebase_id).moved == 2
    run_jobs()
    assert rebase(world, rebase_id).moved == 5
    assert [types(world.home, t).count("clock_rebased") for t in tickets] == [1] * 5


def test_a_failed_job_goes_on_where_it_stood(world: World, clock: Clock) -> None:
    for n in range(5):
        make_ticket(world.home, at=after(n / 10))
    publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    clock.set(after(61))
    manager = world.home.people["manager"]
    rebase_id = services.confirm_rebase(actor=manager, preview_id=preview, at=after(61), size=2)
    run_jobs(1)
    services.run_rebase(
        provider_id=world.home.provider_id,
        enterprise_id=world.home.enterprise_id,
        rebase_id=rebase_id,
        person_id=world.home.people["l1"].person_id or 0,
        batch=1,
    )
    row = rebase(world, rebase_id)
    assert (row.state, row.error, row.moved) == (FAILED, "not_allowed", 2)
    services.resume_rebase(actor=manager, rebase_id=rebase_id, at=after(65))
    run_jobs()
    row = rebase(world, rebase_id)
    assert (row.state, row.moved) == (DONE, 5)


def test_confirmed_twice_is_confirmed_once(world: World) -> None:
    make_ticket(world.home)
    publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    manager = world.home.people["manager"]
    one = services.confirm_rebase(actor=manager, preview_id=preview, at=after(61))
    assert services.confirm_rebase(actor=manager, preview_id=preview, at=after(62)) == one


def test_a_preview_of_more_than_an_hour_ago_confirms_nothing(world: World) -> None:
    publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    manager = world.home.people["manager"]
    with pytest.raises(NotPreviewed):
        services.confirm_rebase(actor=manager, preview_id=preview, at=after(121))
    assert services.confirm_rebase(actor=manager, preview_id=preview, at=after(120))


def test_a_preview_that_is_not_done_confirms_nothing(world: World) -> None:
    publish(world, resolve={"P2": {"hours": 10}})
    manager = world.home.people["manager"]
    preview = services.preview_rebase(actor=manager, agreement_id=agreement_of(world.home), at=after(60))
    with pytest.raises(NotPreviewed):
        services.confirm_rebase(actor=manager, preview_id=preview, at=after(61))


@pytest.mark.parametrize("who", ["l1", "auditor", "admin"])
def test_only_a_manager_confirms(world: World, who: str) -> None:
    publish(world, resolve={"P2": {"hours": 10}})
    preview = look(world)
    with pytest.raises(NotAllowed):
        services.confirm_rebase(actor=world.home.people[who], preview_id=preview, at=after(61))


def test_another_enterprises_agreement_is_not_there(world: World) -> None:
    foreign = agreement_of(world.neighbour)
    with pytest.raises(NotFound):
        services.preview_rebase(actor=world.home.people["manager"], agreement_id=foreign, at=after(1))
