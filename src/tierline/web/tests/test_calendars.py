"""The calendars' pages: the right call is made, a bad form is 422 with what was typed, both languages, who may."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import World, make_world
from tierline.agreements import queries, services
from tierline.domain.calendars import Day, Kind, Source
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)

NOVEMBER = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LINES = {"mon": "09:00-12:00，13:30-18:00", "tue": "22:00-06:00", "wed": "", "thu": "", "fri": "", "sat": "", "sun": ""}
FILE = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:盘点 <b>\r\n"
    "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261226\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()


@pytest.fixture
def world(clock: Clock) -> World:  # noqa: F811
    clock.set(NOVEMBER)
    return make_world(at=NOVEMBER)


def office(world: World) -> queries.CalendarRow:
    with tenancy.reading(world.home.system):
        return queries.calendar_version(world.home.enterprise_id, "office")


def at_office(world: World, rest: str = "") -> str:
    return f"/calendars/{world.home.slug}/office{rest}"


def imported(world: World) -> None:
    services.import_holidays(
        actor=world.home.people["manager"],
        enterprise_id=world.home.enterprise_id,
        code="office",
        source=Source("CN"),
        years=[2026],
        seen=1,
        carries=True,
        at=NOVEMBER,
    )


@pytest.mark.parametrize("path", ["/calendars", "office"])
def test_a_page_reads_the_agreements_that_count_on_it_once(world: World, path: str) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get("/calendars")
    with CaptureQueriesContext(connection) as told:
        browser.get(at_office(world) if path == "office" else path)
    assert sum('FROM "agreements_agreementversion"' in each["sql"] for each in told.captured_queries) == 1


PAGES = ["", "?year=2025", "?version=1", "/hours", "/holidays", "/holidays?country=DE&subdivision=BY&year=2026",
         "/holidays?country=SG&year=2030", "/holidays?country=HU&year=2060", "/holidays?country=XX&year=x",
         "/file", "/diff", "/diff?from=1&to=2"]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages(world: World, language: str) -> None:
    imported(world)
    browser = Browser(world.home.people["manager"])
    browser.client.cookies["tierline_lang"] = language
    for path in ("/calendars", "/calendars/new", *(at_office(world, rest) for rest in PAGES)):
        page = browser.get(path)
        assert browser.status == 200, path
        assert "page.calendar" not in page, path
        assert "error." not in page, path


def test_the_year_shows_what_is_closed_and_what_is_worked(world: World) -> None:
    imported(world)
    page = Browser(world.home.people["l1"]).get(at_office(world))
    assert 'class="calm--workday" title="2026-02-14 春节 09:00–18:00"' in page
    assert 'class="calm--holiday" title="2026-02-16 春节 不开放"' in page
    assert "2026-02-15 周日 – 02-23 周一（9 天）" in page
    assert "CN 的 2027 年节假日尚未公布" in page
    assert "涉及协议：standard" in page


def test_editing_the_week_works_and_goes_into_force(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/hours"))
    given = {
        **LINES,
        "name_zh": "夜班",
        "name_en": "Nights",
        "zone": "Asia/Shanghai",
        "day_hours": "7.5",
        "like": "mon",
    }
    page = browser.submit(at_office(world, "/hours"), carries="on", **given)
    assert (browser.status, "已存为 v2" in page, "自此刻起用于协议：standard" in page) == (200, True, True)
    row = office(world)
    assert (row.calendar.weekly[1], row.calendar.day_minutes) == (((1320, 1800),), 450)


BAD = [
    ("a line that is no hours", {"wed": "all day"}, "all day"),
    ("windows that overlap", {"wed": "09:00-12:00, 11:00-13:00"}, "09:00-12:00, 11:00-13:00"),
    ("a window of nothing", {"wed": "09:00-09:00"}, "09:00-09:00"),
    ("no opening at all", {"mon": "", "tue": ""}, "Nights"),
    ("a zone of nowhere", {"zone": "Asia/Nowhere"}, "Asia/Nowhere"),
    ("an hour that is no number", {"day_hours": "many"}, "many"),
]


@pytest.mark.parametrize(("fields", "kept"), [r[1:] for r in BAD], ids=[r[0] for r in BAD])
def test_a_bad_week_is_422_with_what_was_typed(world: World, fields: dict[str, str], kept: str) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/hours"))
    given = {**LINES, "name_zh": "夜班", "name_en": "Nights", "zone": "Asia/Shanghai", "day_hours": "8", "like": "mon"}
    page = browser.submit(at_office(world, "/hours"), **{**given, **fields})
    assert (browser.status, kept in page) == (422, True)
    assert 'class="err"' in page or 'role="alert"' in page
    assert office(world).number == 1


def test_somebody_else_saved_in_between(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/holidays?country=CN&year=2026"))
    imported(world)
    browser.submit(at_office(world, "/holidays"), seen="1", country="CN", years="2026")
    assert (browser.status, office(world).number) == (409, 2)


def test_importing_a_year_is_previewed_and_then_confirmed(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    page = browser.get(at_office(world, "/holidays?country=CN&year=2026&year=2100"))
    assert "新增 39" in page
    assert "CN 的 2100 年节假日尚未公布" in page
    assert office(world).number == 1
    browser.submit(at_office(world, "/holidays"), carries="on")
    assert (browser.status, list(office(world).recipe.years)) == (200, [2026])


def test_without_a_source_the_country_of_its_zone_is_offered(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    page = browser.get(at_office(world, ""))
    assert f'href="{at_office(world, "/holidays")}"' in page
    browser.get(at_office(world, "/holidays"))
    browser.submit(at_office(world, "/holidays"), carries="on")
    recipe = office(world).recipe
    assert recipe.source is not None
    assert (browser.status, recipe.source.label, min(recipe.years)) == (200, "CN", 2026)


def test_a_file_is_previewed_and_then_confirmed(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/file"))
    browser.submit(at_office(world, "/file"), files={"file": io.BytesIO(FILE)})
    assert (browser.status, "盘点 &lt;b&gt;" in browser.page, office(world).number) == (200, True, 1)
    browser.submit(at_office(world, "/file/confirm"))
    assert list(office(world).recipe.own) == [date(2026, 12, 24), date(2026, 12, 25)]


def test_a_bad_file_is_one_sentence_and_nothing_is_saved(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/file"))
    page = browser.submit(at_office(world, "/file"), files={"file": io.BytesIO(b"hello")})
    assert (browser.status, page.count('class="err"'), office(world).number) == (422, 1, 1)


def test_a_preview_that_is_not_ours_is_not_believed(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world, "/file"))
    browser.submit(at_office(world, "/file"), files={"file": io.BytesIO(FILE)})
    browser.submit(at_office(world, "/file/confirm"), plan="eyJub3QiOiAib3VycyJ9")
    assert (browser.status, office(world).number) == (422, 1)


def test_own_exceptions_by_hand_and_taken_back(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world))
    days = at_office(world, "/days")
    given = {"first": "2026-12-01", "last": "2026-12-15", "what": "hours", "windows": "09:00-21:00", "name": "征期"}
    browser.submit(days, **given)
    row = office(world)
    assert (len(row.recipe.own), row.calendar.windows_on(date(2026, 12, 5))) == (15, ((540, 1260),))
    browser.get(at_office(world))
    browser.submit(days, first="2026-12-01", last="2026-12-15", what="none")
    assert office(world).recipe.own == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"first": "2026-12-01", "what": "hours"},
        {"first": "2026-12-15", "last": "2026-12-01", "what": "closed"},
        {"first": "x", "what": "closed"},
        {"first": "2026-12-01", "what": "hours", "windows": "21:00"},
    ],
    ids=["hours without hours", "it ends before it starts", "no date", "half a window"],
)
def test_a_bad_day_is_422(world: World, fields: dict[str, str]) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get(at_office(world))
    browser.submit(at_office(world, "/days"), **fields)
    assert (browser.status, office(world).number) == (422, 1)


def test_a_new_calendar_by_its_form(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    browser.get("/calendars/new")
    given = {**LINES, "name_zh": "夜班", "name_en": "Nights", "zone": "Asia/Shanghai", "day_hours": "8", "like": "mon"}
    browser.submit("/calendars/new", code="night", **given)
    assert (browser.status, browser.path) == (200, f"/calendars/{world.home.slug}/night")
    browser.get("/calendars/new")
    browser.submit("/calendars/new", code="night", **given)
    assert browser.status == 422


def test_an_older_version_goes_into_force_by_a_button(world: World) -> None:
    services.change_calendar_days(
        actor=world.home.people["manager"],
        enterprise_id=world.home.enterprise_id,
        code="office",
        days={date(2026, 12, 24): Day(Kind.CLOSED)},
        seen=1,
        carries=False,
        at=NOVEMBER,
    )
    browser = Browser(world.home.people["manager"])
    assert "用的是 v1，最新是 v2" in browser.get(at_office(world))
    page = browser.submit(at_office(world, "/adopt"))
    assert ("v2 已启用" in page, "用的是 v1" in page) == (True, False)


@pytest.mark.parametrize("role", ["l1", "auditor"])
def test_who_only_reads_is_offered_no_change_and_refused_one(world: World, role: str) -> None:
    browser = Browser(world.home.people[role])
    page = browser.get(at_office(world))
    assert (browser.status, at_office(world, "/hours") in page, at_office(world, "/days") in page) == (
        200,
        False,
        False,
    )
    for rest in ("/hours", "/holidays", "/file"):
        browser.get(at_office(world, rest))
        assert browser.status == 403
    browser.get("/calendars/new")
    assert browser.status == 403


@pytest.mark.parametrize("role", ["department", "requester"])
def test_who_has_no_business_here(world: World, role: str) -> None:
    person = world.home.people[role]
    browser = Browser()
    browser.sign_in(person, f"/p/{world.home.slug}/signin" if role == "requester" else "/signin")
    for path in ("/calendars", at_office(world)):
        browser.get(path)
        assert browser.status in (403, 404)


def test_a_neighbour_s_calendar_is_not_there(world: World) -> None:
    browser = Browser(world.neighbour.people["l1"])
    browser.get(at_office(world))
    assert browser.status == 404


def test_a_version_or_calendar_that_is_not_there(world: World) -> None:
    browser = Browser(world.home.people["manager"])
    for path in (at_office(world, "?version=9"), f"/calendars/{world.home.slug}/none", "/calendars/nobody/office"):
        browser.get(path)
        assert browser.status == 404
