"""A mail on its ticket as it was sent: framed, masked, without strangers' pictures until somebody asks."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.support.world import AT, PASSWORD, Place, make_place, make_provider, make_world
from tierline.audit import queries as audit
from tierline.channels import services
from tierline.channels.base import Attachment, Inbound, Party
from tierline.channels.models.raw import RawMessage
from tierline.channels.tests.builders import letter, make_mailbox, run_jobs, take_one, ticket_of
from tierline.channels.types.email import frame
from tierline.domain.errors import NotAllowed
from tierline.plumbing import clock, tenancy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
HTML = (
    '<p>截图如下，手机 13812342046</p><img src="cid:shot@x"><img src="https://track.example/p.gif">'
    "<script>alert(1)</script><form action=/x><button>x</button></form>"
)


def with_markup() -> bytes:
    message = letter(sender=KAIJI)
    message.add_alternative(HTML, subtype="html")
    message.get_payload()[1].add_related(PIXEL, "image", "png", cid="<shot@x>")
    return bytes(message)


@pytest.fixture
def home() -> Place:
    place = make_place(make_provider("provider"), "home", staff=("l1", "manager"), at=clock.now())
    make_mailbox(place)
    return place


def signed_in(place: Place, who: str) -> Client:
    client = Client()
    person = place.people[who]
    answer = client.post("/signin", {"email": person.email, "password": PASSWORD, "next": "/"})
    assert answer.status_code in (302, 303), answer.content[:500]
    return client


def test_the_frame_shows_our_pictures_and_runs_fetches_and_sends_nothing(home: Place) -> None:
    opened = take_one(home, with_markup(), at=clock.now())
    client = signed_in(home, "l1")
    answer = client.get(f"/tickets/{opened.number}/mail/1")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "data:image/png;base64," in body
    assert "138****2046" in body
    assert "13812342046" not in body
    assert not re.search(r"<script|<form|<button| src=\"http", body)
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src data:;" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy + "allow-same-origin" * ("allow-same-origin" in policy)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_remote_pictures_are_shown_when_asked_for_and_that_is_recorded(home: Place) -> None:
    opened = take_one(home, with_markup(), at=clock.now())
    client = signed_in(home, "l1")
    assert client.get(f"/tickets/{opened.number}/mail/1/pictures").status_code == 405
    answer = client.post(f"/tickets/{opened.number}/mail/1/pictures")
    assert 'src="https://track.example/p.gif"' in answer.content.decode()
    assert "img-src data: https: http:" in answer.headers["Content-Security-Policy"]
    with tenancy.reading(home.system):
        assert "pictures.fetched" in [line.action for line in audit.lines(f"ticket:{opened.ticket_id}")]


def test_the_original_is_a_file_and_each_look_is_recorded(home: Place) -> None:
    message = with_markup()
    opened = take_one(home, message, at=clock.now())
    answer = signed_in(home, "l1").get(f"/tickets/{opened.number}/mail/1/eml")
    assert answer.content == message
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{opened.number}-1.eml"'
    with tenancy.reading(home.system):
        assert "original.seen" in [line.action for line in audit.lines(f"ticket:{opened.ticket_id}")]


def test_the_ticket_page_offers_the_frame(home: Place) -> None:
    opened = take_one(home, with_markup(), at=clock.now())
    page = signed_in(home, "l1").get(f"/tickets/{opened.number}").content.decode()
    assert f'src="/tickets/{opened.number}/mail/1"' in page
    assert "sandbox=" in page


def test_nobody_from_next_door_sees_it() -> None:
    world = make_world(at=clock.now())
    opened = take_one(world.home, with_markup(), at=clock.now())
    for place, who in (
        (world.neighbour, "l1"),
        (world.abroad, "l1"),
        (world.home, "requester"),
        (world.home, "department"),
    ):
        client = signed_in(place, who)
        for way in ("", "/eml"):
            assert client.get(f"/tickets/{opened.number}/mail/1{way}").status_code in (403, 404)


def test_plain_text_is_shown_whole() -> None:
    message = Inbound("k", Party(), "问题 <b>", quoted="> 旧", signature="--\n名")
    shown = frame.document(message)
    assert "<pre>问题 &lt;b&gt;\n\n--\n名\n\n&gt; 旧</pre>" in shown


def test_a_picture_that_is_no_picture_is_not_shown() -> None:
    file = Attachment("x.svg", "image/png", "image/svg+xml", b"<svg onload=x>", "a", True)
    shown = frame.document(Inbound("k", Party(), "", html='<img src="cid:a">', attachments=(file,)))
    assert "svg" not in shown


def test_what_was_parked_is_let_in_by_a_person_once(home: Place) -> None:
    absent = letter(sender=KAIJI, subject="自动回复：外出", headers=[("Auto-Submitted", "auto-replied")])
    parked = take_one(home, absent)
    assert (parked.outcome, parked.reason) == ("parked", "out_of_office")
    assert parked.delivery_id is not None
    with pytest.raises(NotAllowed):
        services.redeliver(actor=home.people["l1"], delivery_id=parked.delivery_id, at=AT)
    services.redeliver(actor=home.people["manager"], delivery_id=parked.delivery_id, at=AT)
    run_jobs()
    with tenancy.reading(home.system):
        row = RawMessage.objects.get(id=parked.delivery_id)
    assert (row.outcome, row.is_quiet, row.facts["released"]) == ("ticket", True, "out_of_office")
    assert ticket_of(home, row.ticket_id).subject == "自动回复：外出"
    with pytest.raises(services.Settled):
        services.redeliver(actor=home.people["manager"], delivery_id=parked.delivery_id, at=AT)
