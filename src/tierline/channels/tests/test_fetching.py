"""Mail off a real IMAP server: pushed at once, never lost, never taken twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.support import dovecot, tokens
from tests.support.dovecot import PASSWORD, USER, Dovecot
from tests.support.tokens import Tokens
from tests.support.waiting import until
from tests.support.world import AT, Place, make_place, make_provider
from tierline.channels import queries, sealing, services
from tierline.channels.imap import FetchFailed
from tierline.channels.models import Mailbox
from tierline.channels.services import fetching
from tierline.channels.services.mailroom import Mailroom
from tierline.channels.setup import Line, Setup
from tierline.channels.tests.builders import deliveries, letter
from tierline.plumbing import tenancy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"
SUPPORT = "support@yunsuanpan.example"


@pytest.fixture(scope="module")
def _server() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


@pytest.fixture
def server(_server: Dovecot) -> Dovecot:
    _server.empty()
    return _server


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("provider"), "home")


def setup_of(server: Dovecot, **told: Any) -> Setup:
    return Setup(intake="imap", incoming=Line("127.0.0.1", server.port, "", USER), **told)


def make_box(home: Place, how: Setup, address: str = SUPPORT, **secrets: str) -> int:
    kept = secrets or {sealing.PASSWORD: PASSWORD}
    return services.add_mailbox(
        actor=home.system, enterprise_id=home.enterprise_id, address=address, how=how, secrets=kept, at=AT
    )


def box_of(home: Place, mailbox_id: int) -> Mailbox:
    return fetching.mailbox(home.system, mailbox_id)


def fetch(home: Place, mailbox_id: int, **told: Any) -> int:
    box = box_of(home, mailbox_id)
    server = fetching.connected(home.system, box)
    try:
        return fetching.fetch_new(home.system, box, server, **told)
    finally:
        server.close()


def mail(n: int = 1, **told: Any) -> bytes:
    return bytes(letter(sender=KAIJI, subject=f"第 {n} 封", message_id=f"<n{n}@jia.example>", **told))


def outcomes(home: Place) -> list[str]:
    return [f"{row.outcome} {row.reason}".strip() for row in deliveries(home)]


def test_at_the_first_look_what_nobody_has_read_is_taken_and_marked_as_seen(home: Place, server: Dovecot) -> None:
    server.put(mail(1), seen=True)
    server.put(mail(2))
    box = make_box(home, setup_of(server))
    assert fetch(home, box) == 1
    assert outcomes(home) == ["ticket"]
    assert all(b"\\Seen" in flags for flags in server.flags())
    assert fetch(home, box) == 0


def test_later_a_message_that_a_colleague_has_opened_already_is_taken_too(home: Place, server: Dovecot) -> None:
    box = make_box(home, setup_of(server))
    fetch(home, box)
    server.put(mail(3), seen=True)
    assert fetch(home, box) == 1
    assert outcomes(home) == ["ticket"]


def test_a_message_can_be_moved_aside(home: Place, server: Dovecot) -> None:
    server.put(mail(1))
    box = make_box(home, setup_of(server, after="move", move_to="Done"))
    assert fetch(home, box) == 1
    assert (server.count(), server.count("Done")) == (0, 1)


def test_after_another_uidvalidity_nothing_is_lost_and_nothing_comes_twice(home: Place, server: Dovecot) -> None:
    server.put(mail(1))
    server.put(mail(2))
    box = make_box(home, setup_of(server))
    assert fetch(home, box) == 2
    before = box_of(home, box).uid_validity
    server.number_anew()
    server.put(mail(3))
    fetch(home, box)
    assert box_of(home, box).uid_validity != before
    tickets = [one for one in outcomes(home) if one == "ticket"]
    assert len(tickets) == 3
    assert set(outcomes(home)) <= {"ticket", "parked duplicate"}


def test_one_mail_to_two_of_our_mailboxes_is_one_ticket(home: Place, server: Dovecot) -> None:
    server.put(mail(1, to=f"{SUPPORT}, bank@yunsuanpan.example"))
    first = make_box(home, setup_of(server))
    second = make_box(home, setup_of(server, folder="Done"), "bank@yunsuanpan.example")
    server.put(mail(1, to=f"{SUPPORT}, bank@yunsuanpan.example"), folder="Done")
    assert (fetch(home, first), fetch(home, second)) == (1, 1)
    assert outcomes(home) == ["ticket", "parked duplicate"]


def test_a_connection_that_is_cut_in_the_middle_of_a_message_loses_and_doubles_nothing(
    home: Place, server: Dovecot
) -> None:
    for n in range(4):
        server.put(mail(n, text="x" * 60_000))
    with cutting(server.port, after=150_000) as port:
        how = replace(setup_of(server), incoming=Line("127.0.0.1", port, "", USER))
        box = make_box(home, how)
        with pytest.raises(FetchFailed) as cut:
            fetch(home, box)
        assert cut.value.facts["why"] == "cut_off"
        assert not any(b"\\Seen" in flags for flags in server.flags())
    row = box_of(home, box)
    services.change_mailbox(
        actor=home.system, mailbox_id=box, seen_version=row.version, name="", service="", how=setup_of(server), at=AT
    )
    fetch(home, box)
    assert sorted(outcomes(home)) == ["ticket"] * 4
    assert all(b"\\Seen" in flags for flags in server.flags())


def test_wrong_credentials_and_missing_folders_have_names(home: Place, server: Dovecot) -> None:
    wrong = [
        (replace(setup_of(server), folder="Nirgends"), PASSWORD, "folder_missing"),
        (setup_of(server), "wrong", "login_refused"),
        (replace(setup_of(server), incoming=Line("127.0.0.1", 9, "", USER)), PASSWORD, "unreachable"),
        (replace(setup_of(server), incoming=Line("no-such.invalid", 143, "", USER)), PASSWORD, "unresolved"),
        (
            replace(setup_of(server), incoming=Line("127.0.0.1", server.port, "starttls", USER)),
            PASSWORD,
            "tls_failed",
        ),
    ]
    for n, (how, password, why) in enumerate(wrong):
        box = make_box(home, how, f"box{n}@yunsuanpan.example", password=password)
        with pytest.raises(FetchFailed) as failed:
            fetch(home, box)
        assert failed.value.facts["why"] == why


def test_the_server_tells_of_mail_and_it_is_a_ticket_within_a_second(home: Place, server: Dovecot) -> None:
    box = make_box(home, setup_of(server))
    with mailroom():
        until(lambda: box_of(home, box).fetched_at is not None)
        server.put(mail(7))
        until(lambda: outcomes(home) == ["ticket"], within=3.0)


def test_a_fetcher_comes_back_after_its_connection_was_cut(home: Place, server: Dovecot) -> None:
    box = make_box(home, setup_of(server))
    with mailroom():
        until(lambda: box_of(home, box).fetched_at is not None)
        server.kick()
        server.put(mail(8))
        until(lambda: outcomes(home) == ["ticket"], within=15.0)
    assert box_of(home, box).failure == ""


def test_a_mailbox_has_one_owner_and_a_paused_one_has_none(home: Place, server: Dovecot) -> None:
    box = make_box(home, setup_of(server))
    with mailroom() as first, mailroom() as second:
        until(lambda: len(first.fetchers) + len(second.fetchers) == 1)
        services.pause_mailbox(actor=home.system, mailbox_id=box, at=AT)
        until(lambda: not first.fetchers and not second.fetchers)
        server.put(mail(9))
        services.resume_mailbox(actor=home.system, mailbox_id=box, at=AT)
        until(lambda: outcomes(home) == ["ticket"], within=15.0)
        assert len(first.fetchers) + len(second.fetchers) == 1


def test_a_failing_mailbox_says_so_and_its_password_stands_nowhere(home: Place, server: Dovecot) -> None:
    box = make_box(home, setup_of(server), password="zimu-wrong-9")
    with mailroom():
        until(lambda: box_of(home, box).failure == "login_refused")
    with tenancy.reading(home.system):
        door = queries.door(home.system, box, since=AT)
    assert (door.look, door.has) == ("failing", frozenset({"password"}))
    assert "zimu-wrong-9" not in repr(door) + str(vars(box_of(home, box)))


def test_without_idle_the_folder_is_asked_now_and_then(home: Place) -> None:
    with dovecot.running(can_idle=False) as server:
        box = make_box(home, setup_of(server))
        connection = fetching.connected(home.system, box_of(home, box))
        assert not connection.can_idle
        connection.close()
        with mailroom(poll=0.2):
            until(lambda: box_of(home, box).fetched_at is not None)
            server.put(mail(11))
            until(lambda: outcomes(home) == ["ticket"], within=10.0)


def test_a_token_is_refreshed_when_it_ends_and_when_the_server_refuses_it(home: Place, settings: Any) -> None:
    settings.OUTWARD_LOOPBACK = True
    with tokens.serving(USER) as giver, dovecot.running(introspection=f"{giver.url}/introspect") as server:
        how = Setup(
            intake="imap",
            incoming=Line("127.0.0.1", server.port, "", USER, "xoauth2"),
            token_url=f"{giver.url}/token",
            client_id="tierline",
        )
        box = make_box(home, how, refresh_token="refresh-0", client_secret="hidden")
        server.put(mail(1))
        assert fetch(home, box) == 1
        assert fetch(home, box) == 0
        assert giver.given == 1, "a token that lasts is used again"
        giver.expire()
        assert fetch(home, box) == 0
        assert giver.given == 2, "the server refused the kept one"
        _refused_for_good(home, box, giver)


def _refused_for_good(home: Place, box: int, giver: Tokens) -> None:
    giver.expire()
    giver.refresh = "another"
    with pytest.raises(FetchFailed) as failed:
        fetch(home, box)
    assert failed.value.facts["why"] == "token_refused"
    assert "refresh-2" not in str(failed.value), "the endpoint's words may repeat the secret"


def test_a_folder_of_files_is_taken_and_emptied(home: Place) -> None:
    box = make_box(home, Setup(intake="folder", folder="drop"))
    place = fetching.place_of(box_of(home, box))
    place.mkdir(parents=True)
    (place / "1.eml").write_bytes(mail(1))
    (place / ".half").write_bytes(b"Subject: half")
    assert fetching.fetch_files(home.system, box_of(home, box)) == 1
    assert [p.name for p in place.iterdir()] == [".half"]
    assert outcomes(home) == ["ticket"]


def test_a_message_too_large_leaves_its_header_and_a_word(home: Place, server: Dovecot) -> None:
    server.put(mail(1, text="x" * 60_000))
    box = make_box(home, setup_of(server))
    assert fetch(home, box, limit=50_000) == 1
    (row,) = deliveries(home)
    assert (row.outcome, row.sender) == ("ticket", "kuaiji@jia.example")
    assert row.size < 5_000


@contextmanager
def mailroom(**told: Any) -> Iterator[Mailroom]:
    stop = threading.Event()
    room = Mailroom(stop, **told)
    room.start()
    try:
        yield room
    finally:
        stop.set()
        room.join(timeout=20)
        assert not room.is_alive()


@contextmanager
def cutting(port: int, *, after: int) -> Iterator[int]:
    """A way to the server that is cut after so many bytes from it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket, limit: int | None) -> None:
        seen = 0
        try:
            while chunk := source.recv(16 * 1024):
                seen += len(chunk)
                if limit is not None and seen > limit:
                    break
                target.sendall(chunk)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def serve() -> None:
        near, _ = listening.accept()
        with near, socket.create_connection(("127.0.0.1", port)) as far:
            back = threading.Thread(target=pump, args=(far, near, after), daemon=True)
            back.start()
            pump(near, far, None)
            back.join()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        thread.join(timeout=10)
