"""Mail servers hand over: only for us, only what is stored, and nothing is ever passed on."""

from __future__ import annotations

import asyncio
import datetime
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.world import AT, Place, make_place, make_provider, make_world
from tierline.channels import services
from tierline.channels.services import listening
from tierline.channels.services.listening import Limits, Listener, ListenInvalid, places
from tierline.channels.tests.builders import SUPPORT, deliveries, letter, make_mailbox
from tierline.plumbing import store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"
FROM = "kuaiji@jia.example"
BANK = "bank@yunsuanpan.example"


@pytest.fixture
def home() -> Place:
    place = make_place(make_provider("provider"), "home")
    make_mailbox(place)
    return place


@contextmanager
def listener(kind: str = "smtp", **limits: Any) -> Iterator[int]:
    """Its port."""
    served = Listener([listening.Place(kind == "lmtp", "127.0.0.1", 0)], Limits(**limits))
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(served.serve(stop, started.set))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield served.bound[0][1]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)


def refusal(port: int, message: bytes, to: str = SUPPORT, sender: str = FROM) -> int:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        try:
            server.sendmail(sender, [to], message)
        except smtplib.SMTPRecipientsRefused as refused:
            return next(iter(refused.recipients.values()))[0]
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
    return 250


def test_what_is_acknowledged_is_stored_and_becomes_a_ticket(home: Place) -> None:
    message = bytes(letter(sender=KAIJI)).replace(b"\n", b"\r\n")
    with listener() as port:
        assert refusal(port, message) == 250
        (row,) = deliveries(home)
    assert (row.outcome, row.sender, row.envelope["from"]) == ("ticket", FROM, FROM)
    assert store.path(row.sha256).read_bytes() == message


def test_a_recipient_that_is_not_ours_is_refused_and_nothing_is_passed_on(home: Place) -> None:
    message = bytes(letter(sender=KAIJI))
    with listener() as port:
        for stranger in ("someone@elsewhere.example", "nobody@yunsuanpan.example"):
            assert refusal(port, message, to=stranger) == 550
    assert deliveries(home) == []


def test_a_mailbox_that_rests_is_tried_again_later(home: Place) -> None:
    box = make_mailbox(home, BANK)
    services.pause_mailbox(actor=home.system, mailbox_id=box, at=AT)
    with listener() as port:
        assert refusal(port, bytes(letter(sender=KAIJI)), to=BANK) == 450
    assert deliveries(home) == []


def test_a_bounce_has_no_sender_and_is_parked(home: Place) -> None:
    with listener() as port:
        assert refusal(port, bytes(letter(sender="MAILER-DAEMON@jia.example", subject="Undelivered")), sender="") == 250
    (row,) = deliveries(home)
    assert (row.outcome, row.envelope["from"]) == ("parked", "")


def test_a_message_beyond_the_limit_is_refused_for_good(home: Place) -> None:
    with listener(size=20_000) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        # Without ESMTP's SIZE, as old programs do it.
        reader = raw.makefile("rb")
        for said in ("HELO x", f"MAIL FROM:<{FROM}>", f"RCPT TO:<{SUPPORT}>", "DATA"):
            reader.readline()
            raw.sendall(said.encode() + b"\r\n")
        reader.readline()
        raw.sendall(b"Subject: x\r\n\r\n" + b"x" * 70 * 400 + b"\r\n.\r\n")
        assert reader.readline().startswith(b"552")
        reader.close()
    assert deliveries(home) == []


def test_a_line_of_any_length_is_taken(home: Place) -> None:
    with listener() as port:
        assert refusal(port, b"From: kuaiji@jia.example\r\nSubject: x\r\n\r\n" + b"y" * 100_000 + b"\r\n") == 250
    assert deliveries(home)[0].outcome == "ticket"


def test_while_the_database_is_away_the_sender_keeps_its_message(home: Place, database_server: Any) -> None:
    with psycopg.connect(database_server.admin_url, autocommit=True) as admin, listener() as port:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.ehlo()
            server.mail(FROM)
            assert server.rcpt(SUPPORT)[0] == 250
            admin.execute("ALTER TABLE channels_rawmessage RENAME TO away")
            try:
                assert server.data(bytes(letter(sender=KAIJI)))[0] == 451
            finally:
                admin.execute("ALTER TABLE away RENAME TO channels_rawmessage")
        assert refusal(port, bytes(letter(sender=KAIJI))) == 250
    assert len(deliveries(home)) == 1


def test_lmtp_answers_for_each_recipient_and_two_mailboxes_of_ours_are_one_ticket(home: Place) -> None:
    make_mailbox(home, BANK)
    with listener("lmtp") as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo_or_helo_if_needed()
        server.mail(FROM)
        assert [server.rcpt(one)[0] for one in (SUPPORT, BANK)] == [250, 250]
        # Python's own client reads one answer only.
        assert (server.data(bytes(letter(sender=KAIJI)))[0], server.getreply()[0]) == (250, 250)
    assert [row.outcome for row in deliveries(home)] == ["ticket"]


def test_a_mail_to_two_enterprises_is_one_for_each() -> None:
    world = make_world()
    make_mailbox(world.home, SUPPORT)
    make_mailbox(world.abroad, "help@abroad.example")
    with listener() as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail(FROM, [SUPPORT, "help@abroad.example"], bytes(letter(sender=KAIJI)))
    assert [row.outcome for row in deliveries(world.home)] == ["ticket"]
    assert [row.outcome for row in deliveries(world.abroad)] == ["ticket"]


def test_many_at_once_are_all_taken(home: Place) -> None:
    made = [bytes(letter(sender=f"p{n}@jia.example", subject=f"同时 {n}")) for n in range(24)]
    with listener() as port:
        codes: list[int] = []
        threads = [
            threading.Thread(target=lambda m=m, n=n: codes.append(refusal(port, m, sender=f"p{n}@jia.example")))
            for n, m in enumerate(made)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == [250] * 24
    assert [row.outcome for row in deliveries(home)] == ["ticket"] * 24


def test_one_connection_too_many_is_told_to_come_later(home: Place) -> None:
    with listener(connections=1) as port, smtplib.SMTP("127.0.0.1", port) as first:
        first.noop()
        with pytest.raises(smtplib.SMTPConnectError) as full:
            smtplib.SMTP("127.0.0.1", port)
        assert full.value.smtp_code == 421


def test_with_a_certificate_it_speaks_tls(home: Place, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with listener(certificate=str(certificate)) as port, smtplib.SMTP("localhost", port) as server:
        server.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        server.sendmail(FROM, [SUPPORT], bytes(letter(sender=KAIJI)))
    assert deliveries(home)[0].outcome == "ticket"


PLACES = [
    ("smtp://127.0.0.1:2525", [listening.Place(False, "127.0.0.1", 2525)]),
    ("smtp://0.0.0.0:25, lmtp:///run/x", [listening.Place(False, "0.0.0.0", 25), listening.Place(True, path="/run/x")]),
    ("", []),
]


@pytest.mark.parametrize(("told", "found"), PLACES)
def test_where_to_listen(told: str, found: list[listening.Place]) -> None:
    assert places(told) == found


@pytest.mark.parametrize("told", ["http://x:1", "smtp://x", "smtp:///run/x", "smtp://x:port", "25"])
def test_no_place_to_listen(told: str) -> None:
    with pytest.raises(ListenInvalid):
        places(told)


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - datetime.timedelta(days=3650))
        .not_valid_after(AT + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
