"""Calendar versions as they are saved: what makes one, what is refused, and what agreements run on from then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions, make_world
from tierline.agreements import queries, services
from tierline.agreements.models import AgreementVersion, CalendarVersion
from tierline.agreements.operations import Saved, Week, Wording
from tierline.agreements.tests.builders import later, make_enterprise
from tierline.domain.calendars import (
    Calendar,
    Day,
    EmptyCalendar,
    Kind,
    NeverOpens,
    NoWorkday,
    OverlappingWindows,
    Source,
    UnknownSource,
    UnknownZone,
    WindowOutOfRange,
    YearUnpublished,
)
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound, StaleVersion
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, REQUESTER

pytestmark = pytest.mark.django_db(transaction=True)

CN, BAVARIA = Source("CN"), Source("DE", "BY")
OFFICE = ((540, 720), (810, 1080))
WEEK = Week("办公", "Office", "Asia/Shanghai", (OFFICE,) * 5 + ((), ()), 480, "mon")
# After 1 October of the last year of China that the suite's dates are checked for.
NOVEMBER = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def imported(world: World, *, seen: int = 1, years: tuple[int, ...] = (2026,), **more: Any) -> Saved:
    told = {"source": CN, "carries": True, "at": later(days=1), "code": "office", **more}
    return services.import_holidays(
        actor=world.manager, enterprise_id=world.enterprise_id, years=years, seen=seen, **told
    )


def saved(world: World, week: Week = WEEK, *, seen: int = 1, **more: Any) -> Saved:
    told = {"carries": False, "at": later(days=1), "code": "office", "actor": world.manager, **more}
    return services.save_calendar(enterprise_id=world.enterprise_id, week=week, seen=seen, **told)


def changed(world: World, days: dict[date, Day | None], *, seen: int = 1, **more: Any) -> Saved:
    told = {"carries": False, "at": later(days=1), "code": "office", **more}
    return services.change_calendar_days(
        actor=world.manager, enterprise_id=world.enterprise_id, days=days, seen=seen, **told
    )


def office(world: World, number: int | None = None) -> queries.CalendarRow:
    with tenancy.reading(world.system):
        return queries.calendar_version(world.enterprise_id, "office", number)


def in_force(world: World, at: datetime) -> Calendar:
    """What a ticket opened at ``at`` counts P3 on."""
    with tenancy.reading(world.system):
        [version] = queries.versions_for(world.enterprise_id, [queries.Wanted()], at=at)
        terms = queries.terms([version])[version]
    return terms.calendars[terms.calendar_of["P3"]]


def refuses(world: World, error: type[DomainError], act: Callable[[], object]) -> None:
    def rows() -> list[Any]:
        with tenancy.reading(world.system):
            models: list[Any] = [CalendarVersion, AgreementVersion]
            return [list(m.objects.order_by("id").values()) for m in models] + [audit_actions(world, "")]

    before = rows()
    with pytest.raises(error) as refused:
        act()
    assert type(refused.value) is error
    assert rows() == before


def test_an_imported_year_is_a_new_version_with_its_days_written_out() -> None:
    world, _ = make_enterprise()
    assert imported(world) == Saved(2, is_new=True, carried=("standard",))
    row = office(world)
    assert row.calendar.windows_on(date(2026, 2, 16)) == ()
    assert row.calendar.windows_on(date(2026, 2, 14)) == ((540, 1080),)
    year = row.recipe.years[2026]
    assert (year.package, bool(year.release), bool(row.calendar.tzdata)) == ("chinesecalendar", True, True)
    assert office(world, 1).calendar.exceptions == {}
    assert audit_actions(world, "calendar:") == ["calendar.published", "calendar.published"]


def test_the_worked_example_of_the_make_up_saturday_comes_out_of_the_package() -> None:
    """Eight hours from Friday 17:00 before Spring Festival end on the make-up Saturday, not after the festival."""
    world, _ = make_enterprise()
    saved(world)
    imported(world, seen=2)
    start = datetime.fromisoformat("2026-02-13T17:00:00+08:00")
    assert office(world).calendar.due(start, 8 * 3_600_000_000) == datetime.fromisoformat("2026-02-14T17:30:00+08:00")


def test_importing_the_same_again_makes_no_version() -> None:
    world, _ = make_enterprise()
    imported(world)
    assert imported(world, seen=2, at=later(days=2)) == Saved(2, is_new=False)
    assert office(world).number == 2


def test_a_new_holiday_holds_from_when_it_was_recorded() -> None:
    world, _ = make_enterprise()
    at = later(days=1)
    imported(world, at=at)
    assert [in_force(world, when).version for when in (at - timedelta(microseconds=1), at)] == [1, 2]


def test_a_clock_that_pinned_the_old_version_keeps_it() -> None:
    world, pinned = make_enterprise()
    imported(world)
    with tenancy.reading(world.system):
        terms = queries.terms([pinned])[pinned]
    assert terms.calendars["office"].exceptions == {}


def test_without_carrying_agreements_stay_and_a_warning_says_so_until_it_is_adopted() -> None:
    world, _ = make_enterprise()
    imported(world, carries=False)
    at = later(days=2)
    assert (in_force(world, at).version, kinds(world, at)) == (1, ["agreement_behind"])
    done = services.adopt_calendar(actor=world.manager, enterprise_id=world.enterprise_id, code="office", at=at)
    assert (done.carried, in_force(world, at).version, kinds(world, at)) == (("standard",), 2, [])


def test_an_agreement_with_a_version_to_come_is_left_and_named() -> None:
    world, _ = make_enterprise()
    with tenancy.reading(world.system):
        [version] = queries.versions_for(world.enterprise_id, [queries.Wanted()], at=AT)
        terms = queries.terms([version])[version].to_json()
    wording = Wording("standard", "标准", "Standard", terms, later(days=30))
    services.publish_agreement(actor=world.manager, enterprise_id=world.enterprise_id, wording=wording, at=AT)
    done = imported(world)
    assert (done.carried, done.left) == ((), ("standard",))
    assert in_force(world, later(days=2)).version == 1


def test_own_exceptions_outlive_an_import_and_can_be_taken_back() -> None:
    world, _ = make_enterprise()
    festival = date(2026, 2, 16)
    changed(world, {festival: Day(Kind.HOURS, "值守", "On duty", ((600, 720),))})
    imported(world, seen=2)
    assert office(world).calendar.windows_on(festival) == ((600, 720),)
    changed(world, {festival: None}, seen=3)
    assert office(world).calendar.windows_on(festival) == ()


def test_another_package_takes_the_place_of_the_first() -> None:
    world, _ = make_enterprise()
    imported(world)
    imported(world, seen=2, source=BAVARIA, at=later(days=2))
    row = office(world)
    assert (date(2026, 1, 6) in row.calendar.exceptions, date(2026, 2, 16) in row.calendar.exceptions) == (True, False)


def kinds(world: World, at: datetime) -> list[str]:
    with tenancy.reading(world.system):
        return [w.kind for w in queries.calendar_warnings(world.enterprise_id, at=at)]


def test_in_november_the_year_that_is_not_published_warns_on_the_calendar_and_its_agreements() -> None:
    world, _ = make_enterprise()
    assert kinds(world, AT) == ["no_holidays"]
    imported(world)
    assert kinds(world, later(days=2)) == []
    far = datetime(2099, 3, 1, tzinfo=UTC)
    with tenancy.reading(world.system):
        [warning] = queries.calendar_warnings(world.enterprise_id, at=far)
    assert (warning.kind, warning.facts["year"], warning.agreements) == ("year_unpublished", 2099, ("standard",))


def test_the_warning_begins_in_october() -> None:
    world, _ = make_enterprise()
    imported(world, source=BAVARIA)
    assert kinds(world, NOVEMBER.replace(month=9)) == []
    assert kinds(world, NOVEMBER) == ["year_not_imported"]
    imported(world, seen=2, source=BAVARIA, years=(2027,), at=later(days=3))
    assert kinds(world, NOVEMBER) == []


def test_who_uses_a_calendar() -> None:
    world, _ = make_enterprise()
    imported(world, carries=False)
    with tenancy.reading(world.system):
        [use] = [u for u in queries.calendar_uses(world.enterprise_id, at=later(days=2)) if u.calendar == "office"]
    assert (use.agreement, use.number, use.priorities, use.also) == ("standard", 1, ("P3", "P4"), ("working",))


def test_a_new_calendar_is_made_by_its_week() -> None:
    world, _ = make_enterprise()
    assert saved(world, code="night", seen=0) == Saved(1, is_new=True)
    with tenancy.reading(world.system):
        assert [row.code for row in queries.calendars(world.enterprise_id)] == ["night", "office"]
        assert "recipe" not in queries.calendar(world.enterprise_id, "night")


def week(*windows: tuple[int, int], sunday: tuple[tuple[int, int], ...] = (), **more: Any) -> Week:
    return replace(WEEK, weekly=(windows,) * 6 + (sunday,), **more)


BAD_WEEKS = [
    ("no opening at all", week(), EmptyCalendar),
    ("windows that overlap", week((540, 720), (660, 780)), OverlappingWindows),
    ("a night that runs into the next morning", week((300, 600), (1320, 1800)), OverlappingWindows),
    ("Sunday night into Monday", week((300, 600), sunday=((1320, 1800),)), OverlappingWindows),
    ("a window of nothing", week((540, 540)), WindowOutOfRange),
    ("an end before its start", week((720, 540)), WindowOutOfRange),
    ("beyond the next day", week((540, 2881)), WindowOutOfRange),
    ("a zone of nowhere", replace(WEEK, zone="Asia/Nowhere"), UnknownZone),
    ("a day of no hours", replace(WEEK, day_minutes=0), Invalid),
    ("no Chinese name", replace(WEEK, zh=" "), Missing),
]


@pytest.mark.parametrize(("bad", "error"), [r[1:] for r in BAD_WEEKS], ids=[r[0] for r in BAD_WEEKS])
def test_a_week_that_no_clock_could_run_on_is_refused_when_saved(bad: Week, error: type[DomainError]) -> None:
    world, _ = make_enterprise()
    refuses(world, error, lambda: saved(world, bad))


def test_a_calendar_that_only_opened_in_the_past_is_refused_when_saved() -> None:
    """And does not hang while it looks for an opening."""
    world, _ = make_enterprise()
    changed(world, {date(2026, 1, 1): Day(Kind.HOURS, windows=OFFICE)})
    refuses(world, NeverOpens, lambda: saved(world, week(), seen=2))


REFUSED = [
    ("a year that nobody has published", lambda w: imported(w, years=(2026, 2100)), YearUnpublished),
    ("a country that no package knows", lambda w: imported(w, source=Source("XX")), UnknownSource),
    ("another version than the newest", lambda w: imported(w, seen=2), StaleVersion),
    ("a calendar that is not there", lambda w: imported(w, code="none"), NotFound),
    ("a code that is taken", lambda w: saved(w, seen=0), AlreadyThere),
    ("a code that is no code", lambda w: saved(w, code="No Code", seen=0), Invalid),
    (
        "a make-up day like a closed weekday",
        lambda w: changed(w, {date(2026, 6, 7): Day(Kind.WORKDAY)}, code="weekend"),
        NoWorkday,
    ),
    (
        "more exceptions than ten years have",
        lambda w: changed(w, {date(2020, 1, 1) + timedelta(days=n): Day(Kind.CLOSED) for n in range(3_661)}),
        Invalid,
    ),
]


@pytest.mark.parametrize(("act", "error"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_refusal_leaves_everything_as_it_was(act: Callable[[World], object], error: type[DomainError]) -> None:
    world, _ = make_enterprise()
    weekend = replace(WEEK, weekly=((),) * 5 + (OFFICE, OFFICE))
    saved(world, weekend, code="weekend", seen=0)
    with pytest.raises(error):
        act(world)
    with tenancy.reading(world.system):
        assert [row.number for row in queries.calendars(world.enterprise_id)] == [1, 1]


@pytest.mark.parametrize("role", [ENGINEER, AUDITOR, REQUESTER])
def test_who_may_not_change_calendars(role: str) -> None:
    world, _ = make_enterprise()
    refuses(world, NotAllowed, lambda: saved(world, actor=world.actor(role)))


def test_a_manager_of_another_enterprise_changes_nothing() -> None:
    world, _ = make_enterprise()
    neighbour = make_world(provider_id=world.provider_id)
    refuses(world, NotAllowed, lambda: saved(world, actor=neighbour.manager))
