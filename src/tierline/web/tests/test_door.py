"""Who gets in, where to, and what the door says to the others."""

import pytest
from django.test import Client

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import PASSWORD, acting, make_world
from tierline.accounts import services as accounts
from tierline.plumbing.actor import system
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)

# who -> the first page
HOMES = {
    "l1": "/queue",
    "manager": "/queue",
    "auditor": "/queue",
    "department": "/tasks",
    "admin": "/people",
}


def test_everybody_has_a_first_page(clock: Clock) -> None:  # noqa: F811
    people = make_world().home.people
    found = {who: Browser(people[who]) for who in HOMES}
    assert {who: browser.path for who, browser in found.items()} == HOMES
    assert {browser.status for browser in found.values()} == {200}


def test_a_requester_starts_at_the_portal_of_the_own_enterprise(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    assert Browser(world.home.people["requester"]).path == f"/p/{world.home.slug}/"


def test_a_wrong_password_says_neither_which_nor_who(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser()
    answers = []
    for email in (world.home.people["l1"].email, "nobody@nowhere.example"):
        browser.get("/signin")
        answers.append(browser.submit("/signin", email=email, password="wrong"))
        assert browser.status == 422
        assert email in browser.page
    assert "邮箱或密码不正确" in answers[0]
    assert "邮箱或密码不正确" in answers[1]


def test_the_eleventh_guess_has_to_wait_even_when_it_is_right(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    email = world.home.people["l1"].email
    browser = Browser()
    for _ in range(10):
        browser.get("/signin")
        browser.submit("/signin", email=email, password="wrong")
    browser.get("/signin")
    browser.submit("/signin", email=email, password=PASSWORD)
    assert browser.status == 429
    clock.forward(minutes=16)
    browser.get("/signin")
    browser.submit("/signin", email=email, password=PASSWORD)
    assert (browser.status, browser.path) == (200, "/queue")


def test_a_page_asks_to_sign_in_and_comes_back(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser()
    browser.get("/queue?view=mine")
    assert browser.path == "/signin"
    browser.submit("/signin", email=world.home.people["l1"].email, password=PASSWORD)
    assert browser.response.redirect_chain[-1][0] == "/queue?view=mine"


def test_coming_back_never_leaves_this_site(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
        data = {"email": world.home.people["l1"].email, "password": PASSWORD, "next": elsewhere}
        assert Client().post("/signin", data)["Location"] == "/queue"


def test_a_form_from_another_site_is_refused(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser()
    answer = browser.client.post("/signin", {"email": world.home.people["l1"].email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "页面已过期" in answer.content.decode()


def test_more_than_the_server_takes_is_a_page_of_its_own(clock: Clock) -> None:  # noqa: F811
    client = Client(headers={"accept-language": "en"})
    form = b"email=" + b"x" * 13_000_000
    answer = client.generic("POST", "/signin", form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_after_signing_out_the_pages_are_closed(clock: Clock) -> None:  # noqa: F811
    browser = Browser(make_world().home.people["l1"])
    browser.submit("/signout")
    assert browser.path == "/signin"
    browser.get("/queue")
    assert browser.path == "/signin"


def test_a_session_planted_before_signing_in_is_worthless_after(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser()
    browser.get("/signin")
    browser.client.session.save()
    before = browser.client.session.session_key
    browser.submit("/signin", email=world.home.people["l1"].email, password=PASSWORD)
    assert browser.client.session.session_key != before


def test_the_portal_lets_in_its_own_people_only(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser()
    door = f"/p/{world.home.slug}/signin"
    browser.get(door)
    browser.submit(door, email=world.neighbour.people["requester"].email, password=PASSWORD)
    assert browser.status == 422
    browser.get(door)
    browser.submit(door, email=world.home.people["requester"].email, password=PASSWORD)
    assert (browser.status, browser.path) == (200, f"/p/{world.home.slug}/")


def test_another_enterprises_portal_does_not_exist_for_a_requester(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.neighbour.people["requester"])
    for page in ("", "new", "tickets/TK-1"):
        browser.get(f"/p/{world.home.slug}/{page}")
        assert browser.status == 404


def test_a_domain_is_the_portal_of_its_enterprise(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    accounts.add_enterprise(
        actor=system(world.home.provider_id, ()),
        slug="own-domain",
        name="自有域名",
        zone="Asia/Shanghai",
        language="zh-hans",
        domain="desk.own.example",
        at=clock.at,
    )
    browser = Browser()
    page = browser.get("/", host="desk.own.example")
    assert browser.path == "/p/own-domain/signin"
    assert "自有域名" in page
    browser.get(f"/p/{world.home.slug}/signin", host="desk.own.example")
    assert browser.status == 404


def test_the_language_switch_keeps_the_page(clock: Clock) -> None:  # noqa: F811
    browser = Browser(make_world().home.people["l1"])
    browser.get("/queue?view=mine")
    page = browser.submit("/preferences", language="en")
    assert browser.response.redirect_chain[-1][0] == "/queue?view=mine"
    assert '<html lang="en"' in page
    assert "My tickets" in page


@pytest.mark.parametrize(
    ("theme", "media"),
    [("dark", 'media="screen"'), ("light", 'media="not all"'), ("system", "prefers-color-scheme: dark")],
)
def test_the_theme_works_without_script(clock: Clock, theme: str, media: str) -> None:  # noqa: F811
    browser = Browser()
    browser.get("/signin")
    browser.client.cookies["tierline_theme"] = theme
    assert media in browser.get("/signin")


# what is refused, to whom, where, how
PLACES = [
    ("a requester has no queue", "requester", "/queue", 403),
    ("a requester has no people page", "requester", "/people", 403),
    ("an engineer has no people page", "l1", "/people", 403),
    ("an engineer has no department's tasks", "l1", "/tasks", 403),
    ("an auditor opens no ticket", "auditor", "/tickets/new", 403),
    ("nothing is there", "l1", "/nowhere", 404),
    ("no such ticket", "l1", "/tickets/TK-999999", 404),
    ("no such verb", "l1", "/tickets/TK-999999/explode", 404),
    ("no such file", "l1", "/attachments/999999", 404),
    ("no such portal", "requester", "/p/none/", 404),
]


def test_a_refusal_is_a_page_with_a_way_on(clock: Clock) -> None:  # noqa: F811
    people = make_world().home.people
    browsers = {who: Browser(people[who]) for who in ("requester", "l1", "auditor")}
    for what, who, path, status in PLACES:
        page = browsers[who].get(path)
        assert (what, browsers[who].status) == (what, status)
        assert 'href="/"' in page, what
        assert "error." not in page, what
        assert "page." not in page, what


def test_an_enterprises_own_manager_is_at_home_in_its_portal(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    person = accounts.add_person(
        actor=home.system,
        role="manager",
        email="boss@enterprise.example",
        name="老板",
        enterprise_id=home.enterprise_id,
        password=PASSWORD,
        at=clock.at,
    )
    browser = Browser(acting(home.provider_id, person, at=clock.at))
    assert (browser.path, browser.status) == (f"/p/{home.slug}/", 200)
