"""Files in and out: kept by content, seen through the ticket's visibility, never run by a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.world import World
from tierline.api import schemas
from tierline.api.tests.caller import Answer, Caller, new_ticket

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"


def download(caller: Caller, file: Any) -> Answer:
    return caller.get(f"/attachments/{file['id']}")


def test_a_file_comes_back_as_it_was(call: Call) -> None:
    answer = call().upload(PNG, "截图.png")
    assert answer.status == 201
    schemas.File.model_validate(answer.json)
    assert answer.json | {"id": 0} == {"id": 0, "name": "截图.png", "type": "image/png", "size": len(PNG)}
    back = download(call(), answer.json)
    assert (back.status, back.body, back.headers["Content-Type"]) == (200, PNG, "image/png")


@pytest.mark.parametrize("name", ["page.html", "image.png"])
def test_a_page_is_a_download_and_runs_nowhere(call: Call, name: str) -> None:
    file = call().upload(b"<!doctype html><script>alert(1)</script>", name).json
    back = download(call(), file).headers
    assert back["Content-Disposition"].startswith("attachment")
    assert back["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in back["Content-Security-Policy"] and "default-src 'none'" in back["Content-Security-Policy"]


def test_a_name_cannot_write_headers(call: Call) -> None:
    answer = call().upload(b"x", "a\r\nSet-Cookie: b=c.txt")
    if answer.status == 201:
        assert download(call(), answer.json).status == 200


def test_only_its_uploader_sees_a_file_before_it_is_sent(call: Call) -> None:
    file = call().upload(b"x").json
    assert download(call(), file).status == 200
    for other in (call("l2"), call("manager"), call("l1", "neighbour"), call("l1", "abroad")):
        assert download(other, file).code == "not_found"


def test_a_sent_file_is_seen_by_who_sees_its_message(call: Call, world: World) -> None:
    l1 = call()
    ticket = l1.open(requester={"email": world.home.people["requester"].email})
    ticket = l1.act(ticket, "claim")
    file = l1.upload(b"log", "app.log").json
    ticket = l1.act(ticket, "replies", text="请看附件", attachments=[file["id"]])
    for who in ("l2", "requester"):
        assert download(call(who), file).body == b"log"
    for stranger in (call("colleague"), call("l1", "neighbour"), call("l1", "abroad")):
        assert download(stranger, file).code == "not_found"
    told = l1.get(f"/tickets/{ticket['id']}/events").json["events"]
    assert told[-1]["attachments"] == [file]


def test_a_file_goes_with_one_message_and_from_its_uploader_only(call: Call, rows: Rows) -> None:
    file = call().upload(b"x").json
    before = rows()
    stolen = call("l2").post("/tickets", new_ticket(attachments=[file["id"]]))
    assert stolen.code == "not_found"
    assert rows() == before
    call().open(attachments=[file["id"]])
    assert call().post("/tickets", new_ticket(attachments=[file["id"]])).code == "not_found"


def test_the_same_upload_is_kept_once(call: Call) -> None:
    first, second = (call().upload(b"same", "same.txt", once="file-1") for _ in range(2))
    assert (second.status, second.body, second.headers["Idempotent-Replayed"]) == (201, first.body, "true")
    assert call().upload(b"other", "same.txt", once="file-1").code == "idempotency_key_reused"
    assert call().upload(b"same", "other.txt", once="file-1").code == "idempotency_key_reused"


def test_uploads_that_are_refused_leave_nothing(call: Call, rows: Rows, world: World) -> None:
    before = rows()
    both = Caller(world.both_key)
    empty = call().upload(b"")
    assert (empty.code, empty.status) == ("invalid", 422)
    assert call().upload(b"x", enterprise=world.neighbour.slug).code == "not_found"
    assert call().upload(b"x", enterprise="\x00").status == 422
    assert call().upload(b"x", colour="red").code == "invalid"
    assert both.upload(b"x").code == "enterprise_required"
    assert call("auditor").upload(b"x").code == "not_allowed"
    assert call().post("/attachments", {"file": "x"}).code == "unsupported_media_type"
    assert call().post("/attachments", "no form", Content_Type="multipart/form-data; boundary=x").code == "missing"
    assert call().post("/attachments", "no form", Content_Type="multipart/form-data").code == "malformed"
    too_large = call().upload(b"x" * (25 * 1024 * 1024 + 1))
    assert (too_large.code, too_large.status) == ("too_large", 413)
    assert rows() == before


def test_who_reaches_several_enterprises_names_one(world: World) -> None:
    both = Caller(world.both_key)
    for name in (world.neighbour.slug, str(world.neighbour.enterprise_id)):
        assert both.upload(b"x", enterprise=name).status == 201
