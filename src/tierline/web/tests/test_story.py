"""The main job, clicked through without script: what each page offers next is what the story needs next."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import make_world
from tierline.web.tests.builders import Browser, fresh, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_portals_form_to_the_archive(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    home = world.home
    requester = Browser(home.people["requester"])
    requester.get(f"/p/{home.slug}/new")
    picture = SimpleUploadedFile("截图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    page = requester.submit(
        f"/p/{home.slug}/new",
        subject="银企直连没有流水",
        text="今早 9 点后",
        harm="stopped_one",
        files={"attachments": picture},
    )
    number = requester.path.rsplit("/", 1)[1]
    assert requester.status == 200
    assert "截图.png" in page
    ticket = f"/tickets/{number}"

    l1 = Browser(home.people["l1"])
    assert number in l1.get("/queue")
    l1.get(ticket)
    l1.submit(f"{ticket}/prioritise", impact="significant", urgency="high", reason="first")
    l1.submit(f"{ticket}/claim")
    clock.forward(minutes=6)
    page = l1.submit(f"{ticket}/reply", text="已收到，先做一次前置机检查。")
    assert "已收到，先做一次前置机检查。" in page
    page = l1.submit(f"{ticket}/escalate", to="L2", symptoms="没有流水", impact="月末对账", question="")
    assert l1.status == 422
    assert "交接材料不完整" in page
    assert "月末对账" in page
    package = {"symptoms": "没有流水", "impact": "月末对账", "evidence": "bank-sync.log", "question": "证书是否轮换？"}
    steps = {"steps_tried_step": ["重启前置机", ""], "steps_tried_result": ["无效", ""]}
    l1.submit(f"{ticket}/escalate", to="L2", **package, **steps)
    assert l1.status == 200

    l2 = Browser(home.people["l2"])
    l2.get(ticket)
    l2.submit(f"{ticket}/accept")
    l2.submit(f"{ticket}/task", department="rnd", title="确认新指纹", due_in_minutes="60", blocking="on")
    l2.submit(f"{ticket}/note", text="疑似证书轮换，检查指纹", kind="plan")
    assert l2.status == 200
    rnd = Browser(home.people["department"])
    assert "确认新指纹" in rnd.get("/tasks")
    page = rnd.get(ticket)
    assert "疑似证书轮换" not in page
    rnd.get(f"{ticket}/tasks/1/finish")
    rnd.submit(f"{ticket}/tasks/1/finish", result="V8.2 起自动识别")
    assert rnd.status == 200

    l2.get(ticket)
    l2.submit(f"{ticket}/escalate", to="L3", **package, **steps)
    l3 = Browser(home.people["l3"])
    l3.get(ticket)
    l3.submit(f"{ticket}/accept")
    l3.submit(f"{ticket}/note", text="根因：证书轮换", kind="work")
    l3.submit(f"{ticket}/restore", evidence="13 笔流水已补拉")
    page = l3.submit(f"{ticket}/resolve", cause="第三方证书", resolution="重新授权后补拉")
    assert l3.status == 200

    page = requester.get(f"/p/{home.slug}{ticket}")
    assert "重新授权后补拉" in page
    assert "根因：证书轮换" not in page
    page = requester.submit(f"/p/{home.slug}{ticket}/verify", answer="yes", comment="好了，谢谢")
    assert "谢谢确认" in page
    l3.get(ticket)
    l3.submit(f"{ticket}/archive", knowledge="none", reason="已有公告")
    page = l3.get(ticket)
    assert "已归档" in page
    assert "第三方证书" in page


def test_the_requester_says_what_still_fails_before_it_is_reopened(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket, path = resolved(world, clock)
    requester = Browser(world.home.people["requester"])
    requester.get(path)
    requester.submit(f"{path}/verify", answer="no", comment="")
    assert requester.status == 422
    assert fresh(world.home, ticket).state == "resolved"
    clock.forward(seconds=1)
    requester.submit(f"{path}/verify", answer="no", comment="还是没有流水")
    assert fresh(world.home, ticket).state == "open"


def resolved(world, clock):  # noqa: F811
    ticket = make_ticket(world.home, at=clock.at)
    l1 = Browser(world.home.people["l1"])
    l1.get(f"/tickets/{ticket.number}")
    l1.submit(f"/tickets/{ticket.number}/claim")
    l1.submit(f"/tickets/{ticket.number}/resolve", cause="证书", resolution="重新授权")
    assert l1.status == 200
    return ticket, f"/p/{world.home.slug}/tickets/{ticket.number}"


def test_a_stale_version_shows_both_sides_and_keeps_what_was_typed(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    path = f"/tickets/{ticket.number}"
    l1, both = Browser(world.home.people["l1"]), Browser(world.both)
    l1.get(path)
    both.get(path)
    both.submit(f"{path}/claim")
    both.submit(f"{path}/note", text="我先看前置机", kind="note")
    page = l1.submit(
        f"{path}/reply", text="您好，我来处理。", files={"attachments": SimpleUploadedFile("a.txt", b"log")}
    )
    assert l1.status == 409
    assert "您好，我来处理。" in page
    assert "我先看前置机" in page
    assert fresh(world.home, ticket).last_public_at is None
    page = l1.submit(f"{path}/reply", text="您好，我来处理。")
    assert l1.status == 200
    assert "您好，我来处理。" in page
    assert "a.txt" in page


def test_moves_that_are_not_open_are_not_offered(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    path = f"/tickets/{ticket.number}"
    l1 = Browser(world.home.people["l1"])
    l1.get(path)
    assert l1.offers(f"{path}/claim")
    assert not l1.offers(f"{path}/archive")
    auditor = Browser(world.home.people["auditor"])
    auditor.get(path)
    assert auditor.status == 200
    assert 'action="/tickets/' not in auditor.page
    assert "审计轨迹" in auditor.page


def test_an_auditor_who_posts_anyway_is_refused(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    auditor = Browser(world.home.people["auditor"])
    auditor.get("/queue")
    token = auditor.form("/signout")["csrfmiddlewaretoken"]
    data = {"csrfmiddlewaretoken": token, "version": ticket.version, "text": "x", "kind": "note"}
    answer = auditor.client.post(f"/tickets/{ticket.number}/note", data)
    assert answer.status_code == 403
    assert fresh(world.home, ticket).version == ticket.version


def test_nobody_from_elsewhere_sees_or_moves_the_ticket(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    for person in [place.people[who] for place in (world.neighbour, world.abroad) for who in ("l1", "requester")]:
        browser = Browser(person)
        for path in (f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/peek", f"/tickets/{ticket.number}/reply"):
            browser.get(path)
            assert browser.status in (403, 404)


def test_a_colleague_of_the_same_customer_does_not_see_it(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    browser = Browser(world.home.people["colleague"])
    browser.get(f"/p/{world.home.slug}/tickets/{ticket.number}")
    assert browser.status == 404


def test_a_file_downloads_for_who_may_see_its_message_only(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    home = world.home
    requester = Browser(home.people["requester"])
    requester.get(f"/p/{home.slug}/new")
    script = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type="text/html")
    page = requester.submit(f"/p/{home.slug}/new", subject="附件", text="见附件", files={"attachments": script})
    link = page.partition('href="/attachments/')[2].partition('"')[0]
    answer = requester.client.get(f"/attachments/{link}")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    for other in (home.people["colleague"], world.neighbour.people["l1"]):
        assert Browser(other).client.get(f"/attachments/{link}").status_code == 404


def test_a_text_that_cannot_be_is_refused_by_the_field(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    l1 = Browser(world.home.people["l1"])
    l1.get(f"/tickets/{ticket.number}")
    for what, text in {"empty": "", "blank": "   ", "a NUL": "\x00", "too long": "x" * 1_000_001}.items():
        page = l1.submit(f"/tickets/{ticket.number}/reply", text=text)
        assert (what, l1.status) == (what, 422)
        assert 'aria-invalid="true"' in page, what
    assert fresh(world.home, ticket).version == ticket.version
