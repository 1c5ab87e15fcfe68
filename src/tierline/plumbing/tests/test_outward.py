"""Addresses that people type in lead nowhere but to the open Internet: not one request leaves for the others."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tierline.plumbing import outward
from tierline.plumbing.outward import AddressRefused, Unanswered

# Every way that we know of writing an address that is not a public one, or a URL that two programs read differently.
FORMS = [
    *(f"https://{host}/" for host in (
        # this machine, written in all the ways there are
        "127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.255 localhost LOCALHOST localhost. foo.localhost"
        " 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 017700000001 0177.0.0.1 0177.1 127.0.0.01 127.000.000.001 0 0.0.0.0"
        " 0.0.0.1 0x0 00 127.0.0.1. 1.1 1.1.1 1.1.1.1.1 256.1.1.1 1.1.1.300 4294967295 4294967296 08.8.8.8 1.2.3.0x4"
        # private, shared, link-local, reserved
        " 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.254"
        " 169.254.0.1 192.0.0.1 192.0.0.170 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 192.88.99.1"
        " 240.0.0.1 255.255.255.255 224.0.0.1 239.255.255.255 167772161 0xa.0.0.1 012.0.0.1 0xc0a80001 3232235521"
        # where clouds keep their machines' secrets
        " 169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 2852039166 0xa9fea9fe 0xA9.0xFE.0xA9.0xFE"
        " 0251.0376.0251.0376 169.16689662 169.254.43518 metadata metadata.google.internal metadata.internal"
        # version six, and version four inside of it
        " [::] [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:8.8.8.8]"
        " [::ffff:169.254.169.254] [::127.0.0.1] [::8.8.8.8] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe]"
        " [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2002:0808:0808::1] [2001::1] [2001:0:4136:e378:8000:63bf:80ff:fffe]"
        " [2001:db8::1] [2001:10::1] [2001:20::1] [3fff::1] [fe80::1] [fe80::1%25eth0] [fe80::1%eth0] [fec0::1] [fc00::1]"
        " [fd00:ec2::254] [fd12:3456:789a::1] [ff02::1] [ff0e::1] [100::1] [4000::1] [::1]. [127.0.0.1] [v1.fe80]"
        # names that are ours, or no names
        " router printer.local db.internal wiki.intranet nas.lan gw.home host.corp x.home.arpa localhost.localdomain"
        " hidden.onion a.test a.invalid -a.example a-.example a..example .example example. _dmarc.example xn--.example-"
    ).split()),
    # who is asked: the part before or after the @, the \ or the #?
    "https://example.com@127.0.0.1/",
    "https://127.0.0.1@example.com/",
    "https://user:password@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://127.0.0.1\\.example.com/",
    "https://127.0.0.1%2eexample.com/",
    "https://127.0.0.1%00.example.com/",
    "https://exa mple.com/",
    "https://example.com\r\nHost: 127.0.0.1/",
    "https://example.com/\r\nX: y",
    "https://example.com\t/",
    "https://１２７.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://exаmple.com/",
    # other protocols, other doors
    "http://example.com/",
    "http://127.0.0.1/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/_x",
    "dict://127.0.0.1:11211/stats",
    "ldap://example.com/",
    "unix:///var/run/x.sock",
    "javascript:alert(1)",
    "data:text/plain,x",
    "//example.com/",
    "https:example.com",
    "https:/example.com/",
    "https:///example.com/",
    "https://",
    "https://:443/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/x",
    "https://example.com:99999/",
    "https://example.com:4a/",
    "",
    " ",
    "example.com",
    "https://" + "a" * 64 + ".example/",
    "https://example.com/" + "a" * 2000,
]  # fmt: skip

# What a name may resolve to in order to get in after its look was harmless.
REBOUND = [
    ["127.0.0.1"],
    ["10.0.0.7"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:127.0.0.1"],
    ["fd00::1"],
    ["fe80::1%2"],
    ["64:ff9b::7f00:1"],
    ["2002:7f00:1::1"],
    ["0.0.0.0"],
    ["224.0.0.1"],
    ["93.184.215.14", "127.0.0.1"],
    ["93.184.215.14", "::1"],
    [],
]

_watching: list[list[object]] = []
_installed = False


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event in ("socket.connect", "socket.sendto"):
        _watching[-1].append(arguments[1])


@contextmanager
def connections() -> Iterator[list[object]]:
    """Every address that this process connects to meanwhile, as the interpreter itself reports it."""
    global _installed
    if not _installed:
        sys.addaudithook(_hear)
        _installed = True
    seen: list[object] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.pop()


def public(host: str, port: int) -> Sequence[str]:
    return ["93.184.215.14"]


def test_there_are_a_hundred_forms_and_more() -> None:
    assert len(set(FORMS)) == len(FORMS) >= 100


def test_no_request_leaves_for_any_form() -> None:
    with connections() as seen:
        for url in FORMS:
            try:
                outward.check(url, resolve=public)
            except AddressRefused:
                continue
            raise AssertionError(f"{url} was let through")
    assert seen == []


@pytest.mark.parametrize("addresses", REBOUND, ids=lambda a: ",".join(a) or "none")
def test_a_harmless_name_with_another_address_is_refused(addresses: list[str]) -> None:
    with pytest.raises(AddressRefused):
        outward.check("https://hooks.example.com/x", resolve=lambda host, port: addresses)


def test_a_name_that_cannot_be_resolved_has_its_reason() -> None:
    def broken(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(AddressRefused) as refused:
        outward.check("https://hooks.example.com/", resolve=broken)
    assert refused.value.facts["why"] == "unresolved"


ALLOWED = [
    ("https://hooks.example.com/a?b=c", "93.184.215.14", "hooks.example.com", "/a?b=c"),
    ("https://hooks.example.com", "93.184.215.14", "hooks.example.com", "/"),
    ("https://HOOKS.example.com:8443/", "93.184.215.14", "hooks.example.com:8443", "/"),
    ("https://8.8.8.8/", "8.8.8.8", "8.8.8.8", "/"),
    ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", "[2606:4700:4700::1111]", "/"),
    ("https://xn--fsqu00a.example.com/", "93.184.215.14", "xn--fsqu00a.example.com", "/"),
]


@pytest.mark.parametrize(("url", "ip", "authority", "path"), ALLOWED)
def test_a_public_address_is_let_through(url: str, ip: str, authority: str, path: str) -> None:
    """Without these the refusals above could be refusals of everything."""
    target = outward.check(url, resolve=public)
    assert (target.ip, target.authority, target.path) == (ip, authority, path)


@contextmanager
def answering(answer: bytes, *, then_wait: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """A server that sends these bytes to whoever calls: its port, and what callers said."""
    heard: list[bytes] = []
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                heard.append(caller.recv(65536))
                try:
                    caller.sendall(answer)
                    if then_wait:
                        stop.wait(30)
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(listening.getsockname()[1]), heard
        finally:
            stop.set()
            listening.shutdown(socket.SHUT_RDWR)


def called(port: int, path: str = "/x", within: float = outward.WHOLE_SECONDS) -> int:
    target = outward.check(f"http://127.0.0.1:{port}{path}", loopback=True)
    return outward.post(target, body=b"{}", headers={"X-Of-Ours": "1"}, within=within)


def test_the_connection_goes_to_the_checked_number_and_the_name_stays() -> None:
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
        target = outward.Target("", "http", "hooks.example.com", port, "127.0.0.1", "/a?b")
        with connections() as seen:
            assert outward.post(target, body=b"{}", headers={}) == 204
    assert [address[:2] for address in seen] == [("127.0.0.1", port)]  # type: ignore[index]
    assert heard[0].startswith(b"POST /a?b HTTP/1.1\r\n")
    assert f"host: hooks.example.com:{port}".encode() in heard[0].lower()


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (other, elsewhere):
        answer = f"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n"
        with answering(answer.encode()) as (port, _):
            assert called(port) == 307
    assert elsewhere == []


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (proxy, asked):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
            assert called(port) == 204
    assert (len(asked), len(heard)) == (0, 1)


def test_an_endless_answer_is_cut_off() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * (4 * outward.BODY_BYTES)
    with answering(endless, then_wait=True) as (port, _):
        assert called(port) == 200


def test_silence_has_an_end() -> None:
    with answering(b"", then_wait=True) as (port, _), pytest.raises(Unanswered) as unanswered:
        called(port, within=0.2)
    assert unanswered.value.facts["reason"] == "timeout"


def test_nobody_there_has_a_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unanswered):
        called(port)


def test_loopback_is_for_tests_and_for_loopback_only() -> None:
    with pytest.raises(AddressRefused):
        outward.check("http://127.0.0.1:8000/")
    with pytest.raises(AddressRefused):
        outward.check("http://10.0.0.1/", loopback=True)
