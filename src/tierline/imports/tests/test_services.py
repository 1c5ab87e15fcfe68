"""Each case once, whole batches or nothing, no clocks, and nobody else's enterprise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.world import AT, Place, make_place, make_provider
from tierline.desk import queries as desk
from tierline.desk.queries import audits, replay
from tierline.domain.errors import Invalid, NotAllowed
from tierline.imports import services
from tierline.imports.admission import admitted
from tierline.imports.base import Batch, Case, Refused, Step
from tierline.imports.models import ImportedCase, ImportRun
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.models import Timer

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = AT - timedelta(days=4000)


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("importing"), "importing", staff=("l1", "manager", "admin"))


def case(key: str, *steps: Step, **told: str) -> Case:
    return Case(key=key, subject=f"打印错位 {key}", text="打印错位", opened_at=LONG_AGO, requester="王敏", steps=steps)


def later(hours: float) -> datetime:
    return LONG_AGO + timedelta(hours=hours)


def story() -> list[Step]:
    return [
        Step("note", later(1), {"kind": "work"}, {"text": "看过了"}),
        Step("escalated", later(2), {"to": 2, "was": 1}),
        Step("accepted", later(2), {"tier": 2, "assignee": None}),
        Step("public_message", later(3), {"automatic": False}, {"text": "已修复"}, "public"),
        Step("resolved", later(4), {"cause": "unknown", "replied": False}, {"resolution": "换了驱动"}),
    ]


def started(place: Place, who: Actor | None = None, **told: str) -> int:
    named = {"file": "export.csv", "sha256": "0" * 64, "shape": "table", **told}
    return services.start_run(actor=who or place.system, enterprise_id=place.enterprise_id, at=AT, **named)


def brought(place: Place, *cases: Case | Refused, who: Actor | None = None, batch: int = 500) -> list[Batch]:
    actor = who or place.system
    run = started(place, actor)
    return list(
        services.import_cases(actor=actor, enterprise_id=place.enterprise_id, run=run, cases=cases, at=AT, batch=batch)
    )


def runs(place: Place) -> list[tuple[str, int, int, int, int]]:
    with tenancy.reading(place.system):
        columns = ("state", "cases", "opened", "already_there", "refused")
        return list(ImportRun.objects.order_by("id").values_list(*columns))


def ids(place: Place) -> dict[str, int]:
    with tenancy.reading(place.system):
        return dict(ImportedCase.objects.values_list("key", "ticket_id"))


def test_a_case_becomes_a_ticket_with_its_own_times_and_authors(home: Place) -> None:
    brought(home, case("A-1", *story()))
    with tenancy.reading(home.system):
        ticket = desk.ticket(home.system, ids(home)["A-1"])
        events = desk.events(home.system, ticket)
    assert (ticket.state, ticket.tier, ticket.channel, ticket.opened_at) == ("resolved", 2, "import", LONG_AGO)
    assert [(e.type, e.actor_role, e.occurred_at) for e in events] == [
        ("opened", "requester", LONG_AGO),
        ("note", "engineer", later(1)),
        ("escalated", "engineer", later(2)),
        ("accepted", "engineer", later(2)),
        ("public_message", "engineer", later(3)),
        ("resolved", "engineer", later(4)),
    ]
    assert [e.actor_id is None for e in events] == [False, True, True, True, True, True]
    assert events[0].payload["imported"] is True


def test_an_imported_ticket_has_no_clocks_and_the_auditors_find_nothing(home: Place) -> None:
    brought(home, case("done", *story()), case("open", *story()[:4]), case("untouched"))
    with tenancy.reading(home.system):
        tickets = [desk.ticket(home.system, n) for n in ids(home).values()]
        assert [desk.readings(home.system, t, at=AT) for t in tickets] == [[], [], []]
        assert [t.next_due_at for t in tickets] == [None, None, None]
        # Those still open have a place in the queue, counted from when they came.
        assert [t.order_at is not None and t.order_at > AT for t in tickets] == [False, True, True]
        assert audits.clock_faults(home.system, at=AT + timedelta(days=30)) == ([], 3)
        assert list(replay.differences(home.system)) == []
        assert list(replay.tampered()) == []
    assert not Timer.objects.filter(enterprise_id=home.enterprise_id, kind__startswith="ticket.").exists()


def test_the_same_file_twice_opens_nothing_the_second_time(home: Place) -> None:
    cases = [case(f"A-{n}") for n in range(5)]
    brought(home, *cases, batch=2)
    first = ids(home)
    assert [(b.opened, b.already_there) for b in brought(home, *cases, case("A-9"), batch=4)] == [(0, 4), (1, 1)]
    assert {key: ids(home)[key] for key in first} == first
    assert runs(home) == [("done", 5, 5, 0, 0), ("done", 6, 1, 5, 0)]


def test_a_run_that_was_cut_off_keeps_its_whole_batches_and_is_taken_up_by_the_next(home: Place) -> None:
    def torn() -> Iterator[Case]:
        yield from (case(f"A-{n}") for n in range(5))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(
            services.import_cases(
                actor=home.system, enterprise_id=home.enterprise_id, run=started(home), cases=torn(), at=AT, batch=2
            )
        )
    assert sorted(ids(home)) == ["A-0", "A-1", "A-2", "A-3"]
    assert runs(home) == [("running", 4, 4, 0, 0)]
    brought(home, *(case(f"A-{n}") for n in range(7)), batch=3)
    assert len(ids(home)) == len(set(ids(home).values())) == 7
    assert runs(home) == [("interrupted", 4, 4, 0, 0), ("done", 7, 3, 4, 0)]


def test_a_refused_case_is_named_and_stops_no_other(home: Place) -> None:
    bad = Case("A-2", "主题", "正文", LONG_AGO, requester="two words@x.example")
    wrong = Case("A-3", "主题", "正文", LONG_AGO, requester="a@b.example", stated=("huge", "high"))
    unread = Refused("A-4", Invalid(field="opened_at", value="yesterday"))
    (told,) = brought(home, case("A-1"), bad, wrong, unread, case("A-5"))
    assert (told.cases, told.opened, told.already_there) == (5, 3, 0)
    assert [(r.key, r.error.code) for r in told.refused] == [("A-4", "invalid"), ("A-3", "invalid")]
    assert sorted(ids(home)) == ["A-1", "A-2", "A-5"]
    assert runs(home) == [("done", 5, 3, 0, 2)]


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_managers_and_admins_may(home: Place, role: str) -> None:
    assert brought(home, case(role), who=home.people[role])[0].opened == 1


def test_an_engineer_may_not_and_a_stranger_neither(home: Place) -> None:
    abroad = make_place(make_provider("elsewhere"), "elsewhere")
    for who in (home.people["l1"], abroad.system):
        with pytest.raises(NotAllowed):
            started(home, who)


def test_the_same_key_in_another_enterprise_or_of_another_source_is_another_case(home: Place) -> None:
    neighbour = make_place(home.provider_id, "importing-too")
    brought(home, case("A-1"))
    brought(neighbour, case("A-1"))
    assert set(ids(home).values()).isdisjoint(ids(neighbour).values())
    run = started(home, source="the other desk")
    told = services.import_cases(
        actor=home.system, enterprise_id=home.enterprise_id, run=run, cases=[case("A-1")], at=AT
    )
    assert [b.opened for b in told] == [1]


def test_another_scope_sees_no_run_and_no_case(home: Place) -> None:
    brought(home, case("A-1"))
    abroad = make_place(make_provider("far"), "far")
    assert (ids(abroad), runs(abroad)) == ({}, [])


def test_the_order_of_the_source_survives_our_fold() -> None:
    """At one instant a resolution sorts after a reopening in our fold; here the reopening came last."""
    told = [Step("resolved", later(1), {"cause": "unknown"}), Step("reopened", later(1), {"why": "person"})]
    early = Step("note", later(-5), {"kind": "work"}, {"text": "-"})
    steps = admitted(case("A-1", *told, early), at=AT).steps
    assert [s.type for s in steps] == ["note", "resolved", "reopened"]
    assert [s.at for s in steps] == [LONG_AGO, later(1), later(1) + timedelta(microseconds=1)]


@pytest.mark.parametrize("moment", [AT + timedelta(seconds=1), datetime(1969, 12, 31, 23, 59, tzinfo=UTC)])
def test_nothing_comes_from_the_future_or_from_before_1970(moment: datetime) -> None:
    with pytest.raises(Invalid):
        admitted(case("A-1", Step("reopened", moment, {"why": "person"})), at=AT)
