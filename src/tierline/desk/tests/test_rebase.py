"""Moving open tickets to a newer version of their agreement, and late records that change a published verdict."""

from typing import Any

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import AT, World, make_world
from tierline.agreements import queries as agreements
from tierline.agreements.operations import Wording
from tierline.agreements.services import publish_agreement
from tierline.audit import queries as audit
from tierline.desk import operations, queries, services
from tierline.desk.operations import NotNewer
from tierline.desk.queries import replay
from tierline.desk.tests.builders import after, clocks, do, fresh, make_resolved, make_ticket, types
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.domain.sla import STARVATION_BOUND
from tierline.domain.terms import Terms
from tierline.plumbing import tenancy, timers

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def publish(world: World, *, minutes: float = 0, **targets: dict[str, Any]) -> int:
    """The next version of the shipped agreement with some targets changed, in force ``minutes`` after opening."""
    home = world.home
    with tenancy.reading(home.system):
        newest = agreements.versions_of(home.enterprise_id, "standard")[-1]
        terms = agreements.terms([newest.id])[newest.id].to_json()
    terms["targets"] = {
        **terms["targets"],
        **{kind: {**terms["targets"][kind], **row} for kind, row in targets.items()},
    }
    wording = Wording("standard", "标准服务协议", "Standard agreement", terms, after(minutes))
    return publish_agreement(
        actor=home.people["manager"], enterprise_id=home.enterprise_id, wording=wording, at=after(min(0, minutes))
    )


def rebase(world: World, ticket: Any, version: int, minutes: float, *, who: str = "manager") -> Any:
    actor = world.home.people[who]
    return services.rebase_tickets(
        actor=actor, seen={ticket.id: fresh(actor, ticket).version}, version=version, at=after(minutes)
    )


def test_the_running_clocks_go_on_under_the_new_terms(world: World) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, resolve={"P2": {"hours": 10}})
    assert clocks(world.home, ticket, 30)["resolve"].due_at == after(72 * 60)
    [moved] = rebase(world, ticket, version, 60)
    read = clocks(world.home, ticket, 60)["resolve"]
    assert (read.due_at, read.agreement) == (after(10 * 60), version)
    assert read.segments[0].target == 72 * 3600 * 10**6
    assert moved.agreement_id == version
    assert types(world.home, ticket)[-1] == "clock_rebased"
    with tenancy.reading(world.home.system):
        assert not list(replay.differences(world.home.system))
        assert audit.lines(f"ticket:{ticket.id}")[-1].action == "ticket.rebase"


def test_a_breach_of_before_stays(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, first_response={"P2": {"hours": 5}})
    sweep_at(clock, 31)
    rebase(world, ticket, version, 60)
    read = clocks(world.home, ticket, 61)["first_response"]
    assert (read.state, read.breached_at) == ("breached", after(30))


def test_moving_twice_moves_once(world: World) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, resolve={"P2": {"hours": 10}})
    rebase(world, ticket, version, 60)
    assert rebase(world, ticket, version, 61) == []
    assert types(world.home, ticket).count("clock_rebased") == 1


def test_nobodys_open_form_grows_stale_by_it(world: World) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, resolve={"P2": {"hours": 10}})
    rebase(world, ticket, version, 60)
    do(services.reply_to_tickets, world.home.people["l1"], ticket, 61, text="您好")


def test_a_resolved_ticket_is_passed_over(world: World) -> None:
    ticket = make_resolved(world.home)
    version = publish(world, resolve={"P2": {"hours": 10}})
    assert rebase(world, ticket, version, 90) == []


REFUSED = [
    ("an engineer may not", "l1", NotAllowed),
    ("an auditor may not", "auditor", NotAllowed),
    ("a department does not even know of it", "department", NotFound),
]


@pytest.mark.parametrize(("who", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_only_a_manager_moves_tickets(world: World, who: str, refusal: type[Exception]) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, resolve={"P2": {"hours": 10}})
    actor = world.home.people[who]
    with pytest.raises(refusal):
        services.rebase_tickets(actor=actor, seen={ticket.id: ticket.version}, version=version, at=after(60))
    assert "clock_rebased" not in types(world.home, ticket)


def test_a_version_that_is_not_in_force_yet_is_refused(world: World) -> None:
    ticket = make_ticket(world.home)
    version = publish(world, minutes=120, resolve={"P2": {"hours": 10}})
    with pytest.raises(NotNewer):
        rebase(world, ticket, version, 119)
    assert rebase(world, ticket, version, 120)


def test_there_is_no_way_back_to_an_older_version(world: World) -> None:
    ticket = make_ticket(world.home)
    was = ticket.agreement_id
    version = publish(world, resolve={"P2": {"hours": 10}})
    rebase(world, ticket, version, 60)
    with pytest.raises(NotNewer):
        rebase(world, ticket, was or 0, 61)


def test_another_enterprises_version_is_not_there(world: World) -> None:
    ticket = make_ticket(world.home)
    with tenancy.reading(world.neighbour.system):
        foreign = agreements.versions_of(world.neighbour.enterprise_id, "standard")[0].id
    with pytest.raises(NotFound):
        rebase(world, ticket, foreign, 60)


# A call that was logged later


def sweep_at(clock: Clock, minutes: float) -> None:
    while timers.sweep(clock.set(after(minutes))):
        pass


def call(world: World, ticket: Any, minutes: float, happened: float, *, who: str = "manager") -> Any:
    actor = world.home.people[who]
    return services.log_calls(
        actor=actor,
        seen={ticket.id: fresh(actor, ticket).version},
        direction="out",
        two_way=True,
        text="电话已说明处理办法",
        happened_at=after(happened),
        at=after(minutes),
    )[0]


def restated(world: World, ticket: Any) -> list[tuple[str, str, str]]:
    with tenancy.reading(world.home.system):
        events = queries.events(world.home.system, queries.ticket(world.home.system, ticket.id))
    told = [e.payload for e in events if e.type == "clock_restated"]
    return [(p["kind"], p["before"], p["after"]) for p in told]


def test_a_call_logged_later_restates_the_published_breach(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    sweep_at(clock, 40)
    assert "clock_breached" in types(world.home, ticket)
    clock.set(after(90))
    call(world, ticket, 90, happened=20)
    assert restated(world, ticket) == [("first_response", "breached", "met")]
    assert clocks(world.home, ticket, 91)["first_response"].state == "met"
    with tenancy.reading(world.home.system):
        assert not list(replay.differences(world.home.system))
        assert not list(replay.tampered())


def test_a_breach_that_pages_showed_before_the_worker_wrote_it_down_is_restated_too(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    clock.set(after(90))
    call(world, ticket, 90, happened=20)
    assert restated(world, ticket) == [("first_response", "breached", "met")]


def test_a_late_call_that_changes_no_verdict_restates_nothing(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    sweep_at(clock, 40)
    call(world, ticket, 90, happened=35)
    assert restated(world, ticket) == []
    assert clocks(world.home, ticket, 91)["first_response"].state == "breached"


def test_a_call_of_this_moment_restates_nothing(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    clock.set(after(10))
    call(world, ticket, 10, happened=9, who="l1")
    assert restated(world, ticket) == []
    assert clocks(world.home, ticket, 11)["first_response"].state == "met"


def test_reopening_is_no_restatement(world: World) -> None:
    ticket = make_resolved(world.home)
    do(services.reopen_tickets, world.home.people["requester"], fresh(world.home.system, ticket), 90, reason="又坏了")
    assert restated(world, ticket) == []


BACKDATING = [
    # what it shows, who, logged at, happened at, refusal
    ("ten minutes to write it down need no permission", "l1", 30, 20, None),
    ("later than that an engineer may not", "l1", 30, 19, NotAllowed),
    ("a manager may", "manager", 30, 19, None),
    ("nobody logs a call that is still to come", "manager", 30, 31, Invalid),
    ("nor one of before the ticket", "manager", 30, -1, Invalid),
]


@pytest.mark.parametrize(
    ("who", "logged", "happened", "refusal"), [row[1:] for row in BACKDATING], ids=[row[0] for row in BACKDATING]
)
def test_backdating(
    world: World, clock: Clock, who: str, logged: float, happened: float, refusal: type[Exception] | None
) -> None:
    clock.set(AT)
    ticket = make_ticket(world.home)
    clock.set(after(logged))
    if refusal is None:
        call(world, ticket, logged, happened, who=who)
        return
    with pytest.raises(refusal):
        call(world, ticket, logged, happened, who=who)
    assert "call" not in types(world.home, ticket)


# The queue's order


def test_an_untouched_ticket_goes_ahead_after_the_bound(world: World, clock: Clock) -> None:
    """A ticket at rest yields to nothing that came after the bound but a P1; a page of the queue shows it so."""
    clock.set(AT)
    home, l1 = world.home, world.home.people["l1"]
    rested = make_ticket(home, impact="minor", urgency="low")
    rested = do(services.claim_tickets, l1, rested, 1)
    rested = do(services.prioritise_tickets, l1, rested, 2, impact="minor", urgency="low", reason="first")
    rested = do(services.reply_to_tickets, l1, rested, 5, text="您好，正在处理。")
    assert fresh(l1, rested).order_at == after(5) + STARVATION_BOUND
    clock.set(after(3 * 24 * 60 + 6))
    younger = make_ticket(home, at=after(3 * 24 * 60 + 6))
    urgent = make_ticket(home, at=after(3 * 24 * 60 + 6), impact="extensive", urgency="critical")
    with tenancy.reading(l1):
        page = queries.page(l1, queries.Filter(view="queue"))
    assert [t.id for t in page.tickets] == [urgent.id, rested.id, younger.id]


def test_pages_of_the_queue_neither_skip_nor_repeat(world: World) -> None:
    l1 = world.home.people["l1"]
    made = {make_ticket(world.home, at=after(n), subject=f"第 {n} 件").id for n in range(7)}
    seen: list[int] = []
    cursor = ""
    with tenancy.reading(l1):
        while True:
            page = queries.page(l1, queries.Filter(view="queue"), cursor=cursor, limit=2)
            seen += [t.id for t in page.tickets]
            cursor = page.next_cursor
            if not cursor:
                break
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_a_finished_ticket_has_no_place_in_the_queue(world: World) -> None:
    ticket = make_resolved(world.home)
    assert fresh(world.home.system, ticket).order_at is None


def test_replay_finds_a_place_that_nobody_can_explain(world: World) -> None:
    ticket = make_ticket(world.home)
    with tenancy.scoped(world.home.provider_id, (world.home.enterprise_id,)):
        row = operations.locked(world.home.system, [ticket.id])[0]
        row.order_at = after(1)
        row.save(update_fields=["order_at"])
    with tenancy.reading(world.home.system):
        assert [d.column for d in replay.differences(world.home.system)] == ["order_at"]


def test_terms_of_the_shipped_agreement_are_what_these_tests_assume() -> None:
    promise = Terms.default().promise
    assert promise(next(k for k in Terms.default().kinds if k == "resolve"), "P2").micros == 72 * 3600 * 10**6  # type: ignore[union-attr]
