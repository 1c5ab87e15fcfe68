"""A draft tried on the tickets of the past: what it finds, whose eyes it uses, and how it goes on after a break."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import World, make_world
from tierline.agreements import queries as agreements
from tierline.agreements.operations import publish_calendar
from tierline.audit import queries as audit
from tierline.desk import services as desk
from tierline.desk.tests.builders import after, do, make_resolved, make_ticket
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.planning import queries, services
from tierline.planning.models import DONE, FAILED, RUNNING, STOPPED, PolicyPreview
from tierline.planning.tests.builders import HOURS, agreement_of, change_draft, found, make_draft, preview_of, run_jobs
from tierline.plumbing import tenancy

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock: Clock) -> World:
    return make_world()


def answered(world: World, minutes: float) -> Any:
    """A P2 that was answered after so many minutes; the shipped promise is 30."""
    ticket = make_ticket(world.home)
    return do(desk.reply_to_tickets, world.home.people["l1"], ticket, minutes, text="您好，正在处理。")


def start(
    world: World, draft: int, *, at: float = 2 * HOURS, days: int = 30, who: str = "manager", **bounds: int
) -> int:
    return services.preview_draft(actor=world.home.people[who], draft_id=draft, days=days, at=after(at), **bounds)


ROWS = [
    # what it shows, answered after, promised instead, what becomes of the first response
    ("a shorter promise would have been broken", 20, 15, "breaks"),
    ("a longer promise would have been held", 45, 60, "holds"),
    ("a due time moves and the verdict stays", 10, 20, "moves"),
]


@pytest.mark.parametrize(("minutes", "promised", "what"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_would_have_become_of_the_first_response(world: World, minutes: int, promised: int, what: str) -> None:
    ticket = answered(world, minutes)
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": promised}}))
    run_jobs()
    manager = world.home.people["manager"]
    assert found(manager, preview) == {(ticket.number, "first_response", what)}
    row = preview_of(manager, preview)
    assert (row.state, row.done, row.total, row.tickets) == (DONE, 1, 1, 1)
    assert row.counts == {"first_response": {what: 1}}


def test_a_draft_that_says_the_same_finds_nothing(world: World) -> None:
    answered(world, 20)
    preview = start(world, make_draft(world.home))
    run_jobs()
    assert found(world.home.people["manager"], preview) == set()
    assert preview_of(world.home.people["manager"], preview).state == DONE


def test_nothing_is_looked_at_on_the_request(world: World) -> None:
    answered(world, 20)
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}))
    row = preview_of(world.home.people["manager"], preview)
    assert (row.state, row.done, row.total) == (RUNNING, 0, 1)


def test_only_tickets_of_the_last_days_are_looked_at(world: World) -> None:
    old, recent = make_ticket(world.home), make_ticket(world.home, at=after(3 * 24 * HOURS))
    draft = make_draft(world.home, resolve={"P2": {"hours": 70}})
    preview = start(world, draft, at=3 * 24 * HOURS + 60, days=2)
    run_jobs()
    numbers = {number for number, _, _ in found(world.home.people["manager"], preview)}
    assert recent.number in numbers
    assert old.number not in numbers


def test_a_preview_uses_the_eyes_of_who_asked(world: World) -> None:
    """The neighbour's tickets are under the neighbour's agreement, and out of sight; findings stay with the viewer."""
    mine = answered(world, 20)
    make_ticket(world.neighbour)
    draft = make_draft(world.home, first_response={"P2": {"minutes": 15}})
    preview = start(world, draft)
    run_jobs()
    assert {n for n, _, _ in found(world.home.people["manager"], preview)} == {mine.number}
    for stranger in (world.neighbour.people["l1"], world.abroad.people["l1"]):
        with tenancy.reading(stranger), pytest.raises((NotAllowed, NotFound)):
            queries.preview(stranger, preview)


def test_in_batches_every_ticket_is_looked_at_once(world: World) -> None:
    numbers = {answered(world, 20).number for _ in range(7)}
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}), size=3)
    assert run_jobs() == 3
    row = preview_of(world.home.people["manager"], preview)
    assert (row.done, row.tickets, row.counts) == (7, 7, {"first_response": {"breaks": 7}})
    assert {n for n, _, _ in found(world.home.people["manager"], preview)} == numbers


def test_partial_results_are_there_while_it_runs_and_a_stop_keeps_them(world: World) -> None:
    for _ in range(5):
        answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}), size=2)
    run_jobs(1)
    assert len(found(manager, preview)) == 2
    services.stop_preview(actor=manager, preview_id=preview, at=after(121))
    assert run_jobs() == 1
    assert (preview_of(manager, preview).state, len(found(manager, preview))) == (STOPPED, 2)
    services.resume_preview(actor=manager, preview_id=preview, at=after(122))
    run_jobs()
    row = preview_of(manager, preview)
    assert (row.state, row.done, len(found(manager, preview))) == (DONE, 5, 5)


def test_a_job_that_runs_twice_counts_nothing_twice(world: World) -> None:
    for _ in range(3):
        answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}), size=2)
    twice = {
        "provider_id": world.home.provider_id,
        "enterprise_id": world.home.enterprise_id,
        "preview_id": preview,
        "person_id": manager.person_id,
        "batch": 0,
    }
    services.run_preview(**twice)
    services.run_preview(**twice)
    assert preview_of(manager, preview).done == 2
    run_jobs()
    assert preview_of(manager, preview).counts == {"first_response": {"breaks": 3}}


def test_of_very_many_tickets_the_latest_are_looked_at(world: World) -> None:
    made = [make_ticket(world.home, at=after(n)) for n in range(4)]
    preview = start(world, make_draft(world.home, resolve={"P2": {"hours": 70}}), most=2)
    run_jobs()
    manager = world.home.people["manager"]
    assert {n for n, _, _ in found(manager, preview)} == {made[2].number, made[3].number}
    assert preview_of(manager, preview).total == 2


def test_somebody_who_lost_the_right_meanwhile_sees_nothing_more(world: World, clock: Clock) -> None:
    answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}))
    services.run_preview(
        provider_id=world.home.provider_id,
        enterprise_id=world.home.enterprise_id,
        preview_id=preview,
        person_id=world.home.people["l1"].person_id or 0,
        batch=0,
    )
    row = preview_of(manager, preview)
    assert (row.state, row.error, row.done) == (FAILED, "not_allowed", 0)
    services.resume_preview(actor=manager, preview_id=preview, at=after(130))
    run_jobs()
    assert preview_of(manager, preview).state == DONE


def test_a_draft_that_was_changed_since_says_so(world: World) -> None:
    draft = make_draft(world.home, first_response={"P2": {"minutes": 15}})
    manager = world.home.people["manager"]
    preview = start(world, draft)
    with tenancy.reading(manager):
        assert not queries.is_outdated(queries.preview(manager, preview), at=after(121))
    change_draft(world.home, first_response={"P2": {"minutes": 25}})
    with tenancy.reading(manager):
        assert queries.is_outdated(queries.preview(manager, preview), at=after(121))


def test_a_new_preview_puts_the_old_one_away(world: World) -> None:
    answered(world, 20)
    draft = make_draft(world.home, first_response={"P2": {"minutes": 15}})
    manager = world.home.people["manager"]
    first = start(world, draft)
    second = start(world, draft, at=121)
    run_jobs()
    assert preview_of(manager, first).state == STOPPED
    assert found(manager, first) == set()
    with tenancy.reading(manager):
        latest = queries.latest_of_draft(manager, draft)
    assert latest is not None
    assert (latest.id, len(found(manager, second))) == (second, 1)
    services.resume_preview(actor=manager, preview_id=first, at=after(122))
    assert (run_jobs(), preview_of(manager, first).state) == (0, STOPPED)


def test_a_job_that_breaks_says_so_and_the_same_batch_goes_on(world: World) -> None:
    """What nobody foresaw: the queue tries the job again, and a person need not wait for that."""
    answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}))
    job = {"provider_id": world.home.provider_id, "enterprise_id": world.home.enterprise_id, "preview_id": preview}
    job |= {"person_id": manager.person_id or 0, "batch": 0}
    write(world, preview, counts=[])
    with pytest.raises(AttributeError):
        run_jobs()
    row = preview_of(manager, preview)
    assert (row.state, row.error, row.batch) == (FAILED, "broken", 0)
    write(world, preview, counts={})
    services.run_preview(**job)
    row = preview_of(manager, preview)
    assert (row.state, row.error, len(found(manager, preview))) == (DONE, "", 1)


def test_a_broken_preview_is_resumed_by_hand_and_its_old_job_does_nothing_more(world: World) -> None:
    answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}))
    write(world, preview, counts=[])
    with pytest.raises(AttributeError):
        run_jobs()
    write(world, preview, counts={})
    services.resume_preview(actor=manager, preview_id=preview, at=after(122))
    facts = {"provider_id": world.home.provider_id, "enterprise_id": world.home.enterprise_id, "preview_id": preview}
    services.run_preview(**facts, person_id=manager.person_id or 0, batch=0)
    assert preview_of(manager, preview).state == RUNNING
    run_jobs()
    assert (preview_of(manager, preview).state, len(found(manager, preview))) == (DONE, 1)


def write(world: World, preview: int, **columns: Any) -> None:
    with tenancy.reading(world.home.system):
        PolicyPreview.objects.filter(id=preview).update(**columns)


def test_both_sides_of_one_ticket_are_what_the_finding_said(world: World) -> None:
    ticket = answered(world, 20)
    manager = world.home.people["manager"]
    preview = start(world, make_draft(world.home, first_response={"P2": {"minutes": 15}}))
    run_jobs()
    make_resolved(world.home)
    do(desk.resolve_tickets, world.home.people["l1"], ticket, 130, cause="certificate", resolution="已更新")
    with tenancy.reading(manager):
        shown = queries.both(manager, queries.preview(manager, preview), ticket.number)
    before, after_ = ({r.kind: r for r in side} for side in (shown.before, shown.after))
    assert (before["first_response"].state, after_["first_response"].state) == ("met", "breached")
    assert after_["first_response"].breached_at == after(15)
    assert before["resolve"].state == "running", "what came later is not part of what was looked at"


def test_a_calendar_in_the_draft_is_tried_too(world: World) -> None:
    """A draft is composed with the newest calendars: a holiday moves the promises of the past's working days."""
    ticket = make_ticket(world.home, impact="minor", urgency="low")
    draft = make_draft(world.home)
    manager = world.home.people["manager"]
    home = world.home
    with tenancy.scoped(home.provider_id, (home.enterprise_id,)):
        office = agreements.calendar(home.enterprise_id, "office")
        body = {**office, "exceptions": {after(24 * HOURS).date().isoformat(): []}}
        publish_calendar(actor=manager, enterprise_id=home.enterprise_id, code="office", body=body, at=after(10))
    preview = start(world, draft, at=20)
    run_jobs()
    kinds = {kind for number, kind, what in found(manager, preview) if (number, what) == (ticket.number, "moves")}
    assert "restore" in kinds


REFUSED = [
    ("an engineer may not", "l1", NotAllowed),
    ("an auditor reads and starts nothing", "auditor", NotAllowed),
    ("a requester may not", "requester", (NotAllowed, NotFound)),
]


@pytest.mark.parametrize(("who", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_who_may_not_look_ahead(world: World, who: str, refusal: Any) -> None:
    draft = make_draft(world.home)
    with pytest.raises(refusal):
        start(world, draft, who=who)


@pytest.mark.parametrize("days", [0, 367, -1])
def test_how_far_back_is_bounded(world: World, days: int) -> None:
    draft = make_draft(world.home)
    with pytest.raises(Invalid):
        start(world, draft, days=days)


def test_another_enterprises_draft_is_not_there(world: World) -> None:
    draft = make_draft(world.home)
    with pytest.raises(NotFound):
        services.preview_draft(actor=world.neighbour.system, draft_id=draft, days=30, at=after(1))


def test_it_is_on_the_record(world: World) -> None:
    start(world, make_draft(world.home))
    with tenancy.reading(world.home.system):
        lines = audit.lines(f"agreement:{agreement_of(world.home)}")
    assert lines[-1].action == "agreement.previewed"
    assert timedelta() == after(2 * HOURS) - lines[-1].at
