"""Every wording that could not be kept is refused when it is saved, by name, and leaves nothing behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils.translation import override

from tierline.accounts.tests.builders import AT, World
from tierline.agreements import operations, queries, services
from tierline.agreements.operations import Drafted, Whom
from tierline.agreements.operations.drafts import bare
from tierline.agreements.queries import drafts, shelf
from tierline.agreements.tests.builders import later, make_agreement, make_enterprise
from tierline.domain.calendars import Calendar, EmptyCalendar, NeverOpens, OverlappingWindows
from tierline.domain.errors import DomainError, Invalid
from tierline.domain.terms import (
    Ambiguous,
    Backdated,
    CoverageEnds,
    DuplicateStep,
    EndsBeforeItStarts,
    PauseNotAllowed,
    StepNonsense,
    TargetMissing,
    TargetNotPositive,
    TargetOverLimit,
    TargetTooLong,
    Terms,
    UnknownCalendar,
)
from tierline.plumbing import tenancy
from tierline.plumbing.http import wording

pytestmark = pytest.mark.django_db(transaction=True)

BODY = bare(Terms.default().to_json())


def target(kind: str, priority: str, amount: Any) -> dict[str, Any]:
    return {"targets": {**BODY["targets"], kind: {**BODY["targets"].get(kind, {}), priority: amount}}}


def step(**fields: Any) -> dict[str, Any]:
    return {"steps": [{"key": "s", "tell": "manager", **fields}]}


TERMS = [
    # what it shows, what of the terms differs, error
    ("a target of nothing", target("restore", "P2", {"hours": 0}), TargetNotPositive),
    ("a target below nothing", target("restore", "P2", {"hours": -1}), TargetNotPositive),
    ("a target of 20,001 hours", target("resolve", "P1", {"hours": 20_001}), TargetOverLimit),
    ("a target of 2,501 working days", target("resolve", "P4", {"working_days": 2_501}), TargetOverLimit),
    ("a target no calendar could fill", target("resolve", "P4", {"hours": 10**9}), TargetTooLong),
    ("a first response that P3 alone lacks", target("first_response", "P3", None), TargetMissing),
    ("a solution that P4 alone lacks", target("resolve", "P4", None), TargetMissing),
    (
        "a credit on what is not promised",
        {"credits": [{"kind": "task", "priority": "P1", "times": "1"}]},
        TargetMissing,
    ),
    ("a calendar that is not there", {"calendar_of": {**BODY["calendar_of"], "P4": "nowhere"}}, UnknownCalendar),
    ("a tier's calendar that is not there", {"tier_calendars": {"L2": {"P1": "nowhere"}}}, UnknownCalendar),
    (
        "a priority without a calendar",
        {"calendar_of": {"P1": "always", "P2": "always", "P3": "office"}},
        UnknownCalendar,
    ),
    ("a pause of the first response", {"pauses": {"first_response": ["customer"]}}, PauseNotAllowed),
    ("a step at more than all of it", step(used="3/2"), StepNonsense),
    ("a step at none of it", step(used="0"), StepNonsense),
    ("a step that is no number", step(used="bald"), StepNonsense),
    ("a step more than a year away", step(minutes_from_due=600_000), StepNonsense),
    ("a step before any clock starts", step(minutes_from_due=-400_000), StepNonsense),
    ("a step that tells nobody", step(used="1/2", tell="everyone"), StepNonsense),
    ("a step for a priority that is none", step(used="1/2", priorities=["P9"]), StepNonsense),
    ("a step for a clock that is not promised", step(used="1/2", kinds=["task"]), StepNonsense),
    ("a step under a reserved name", step(used="1/2", key="breach"), DuplicateStep),
    ("reopening for less than nothing", {"reopen_hours": -1}, Invalid),
    ("a second person from over 100 %", {"second_person_from_percent": 101}, Invalid),
]


def begun() -> tuple[World, int]:
    world, _ = make_enterprise()
    with tenancy.reading(world.system):
        (standard,) = shelf.promises(world.enterprise_id)
    draft_id = services.start_draft(
        actor=world.manager, enterprise_id=world.enterprise_id, agreement_id=standard.id, at=AT
    )
    return world, draft_id


def save(world: World, draft_id: int, *, seen: int = 1, **fields: Any) -> None:
    dates = {name: fields.pop(name) for name in ("effective_from", "effective_to") if name in fields}
    drafted = Drafted({**BODY, **fields}, **dates)
    services.save_draft(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        draft_id=draft_id,
        seen_version=seen,
        drafted=drafted,
        at=AT,
    )


def publish(world: World, draft_id: int, *, seen: int, at: datetime = AT) -> int:
    return services.publish_draft(
        actor=world.manager, enterprise_id=world.enterprise_id, draft_id=draft_id, seen_version=seen, at=at
    )


@pytest.fixture
def draft() -> tuple[World, int]:
    return begun()


@pytest.mark.parametrize(("fields", "error"), [r[1:] for r in TERMS], ids=[r[0] for r in TERMS])
def test_terms_that_could_not_be_kept(
    draft: tuple[World, int], fields: dict[str, Any], error: type[DomainError]
) -> None:
    world, draft_id = draft
    with pytest.raises(error) as refused:
        save(world, draft_id, **fields)
    assert type(refused.value) is error
    for language in ("zh-hans", "en"):
        with override(language):
            said = wording(refused.value)
        assert said and not said.startswith("error."), language
    with tenancy.reading(world.system):
        assert drafts.draft(draft_id).version == 1


DATES = [
    # what it shows, dates of the draft, error; a version begins 5 days from now already
    ("in the past", {"effective_from": later(seconds=-1)}, Backdated),
    ("ending when it begins", {"effective_from": later(days=9), "effective_to": later(days=9)}, EndsBeforeItStarts),
    ("ending before now", {"effective_to": AT}, EndsBeforeItStarts),
]


@pytest.mark.parametrize(("dates", "error"), [r[1:] for r in DATES], ids=[r[0] for r in DATES])
def test_dates_that_cannot_be(draft: tuple[World, int], dates: dict[str, Any], error: type[DomainError]) -> None:
    world, draft_id = draft
    with pytest.raises(error):
        save(world, draft_id, **dates)


def test_a_version_that_would_begin_with_or_before_the_one_there_is_refused(draft: tuple[World, int]) -> None:
    world, draft_id = draft
    make_agreement(world, "standard", effective_from=later(days=5))
    save(world, draft_id, effective_from=later(days=4))
    with pytest.raises(Ambiguous):
        publish(world, draft_id, seen=2)


def test_a_default_may_end_only_where_another_version_goes_on() -> None:
    """The shipped version goes on underneath; an agreement of that one version alone may not become the default."""
    world, _ = make_enterprise()
    make_agreement(world, "trial", effective_to=later(days=9))
    with pytest.raises(CoverageEnds):
        services.entitle(
            actor=world.manager,
            enterprise_id=world.enterprise_id,
            agreement="trial",
            whom=[Whom()],
            starts_at=AT,
            at=AT,
            replaces=True,
        )
    make_agreement(world, "standard", effective_from=later(days=1), effective_to=later(days=2))


CALENDARS = [
    # what it shows, calendar, error
    ("no window in the week", {"zone": "UTC", "weekly": {}}, EmptyCalendar),
    ("windows in the past alone", {"zone": "UTC", "exceptions": {"2020-01-01": [["09:00", "10:00"]]}}, NeverOpens),
    (
        "windows that overlap",
        {"zone": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "14:00"]]}},
        OverlappingWindows,
    ),
    (
        "a night that runs into the next morning's window",
        {"zone": "UTC", "weekly": {"mon": [["22:00", "06:00"]], "tue": [["05:00", "12:00"]]}},
        OverlappingWindows,
    ),
]


@pytest.mark.parametrize(("body", "error"), [r[1:] for r in CALENDARS], ids=[r[0] for r in CALENDARS])
def test_a_calendar_that_no_clock_could_run_on(body: dict[str, Any], error: type[DomainError]) -> None:
    world, _ = make_enterprise()
    terms = Terms.default().to_json()
    wording_of = operations.Wording(
        "standard", "标准", "Standard", {**terms, "calendars": {"office": body}}, later(days=1)
    )
    with pytest.raises(error):
        services.publish_agreement(actor=world.manager, enterprise_id=world.enterprise_id, wording=wording_of, at=AT)


NIGHTS = [
    # what it shows, the night's first instant, target in minutes, due (New York, 22:00 to 06:00)
    ("spring: the night has seven hours", "2026-03-08T03:00:00+00:00", 450, "2026-03-09T02:30:00+00:00"),
    ("autumn: the night has nine hours", "2026-11-01T02:00:00+00:00", 450, "2026-11-01T09:30:00+00:00"),
]


@pytest.mark.parametrize(("start", "minutes", "due"), [r[1:] for r in NIGHTS], ids=[r[0] for r in NIGHTS])
def test_a_published_window_over_midnight_is_right_on_a_dst_night(start: str, minutes: int, due: str) -> None:
    world, _ = make_enterprise()
    week = {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    night = Calendar.from_json({"zone": "America/New_York", "weekly": week})
    version = make_agreement(
        world,
        "night",
        calendars={"office": night.to_json()},
        targets={
            **BODY["targets"],
            "restore": {**BODY["targets"]["restore"], "P3": {"minutes": minutes}},
        },
    )
    with tenancy.reading(world.system):
        promise = queries.terms([version])[version].promise("restore", "P3")  # type: ignore[arg-type]
    assert promise is not None
    assert promise.calendar.due(datetime.fromisoformat(start), promise.micros) == datetime.fromisoformat(due)
