"""kill -9 of any process while tickets are created: what was acknowledged is there, once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.running import Person, Product, Refused, eventually, product

CREATES = 200
KILL_AFTER = 60


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    with product() as started:
        yield started


def all_found(person: Person, words: str) -> dict[str, list[str]]:
    """subject -> the numbers of the tickets with it, over all pages."""
    found: dict[str, list[str]] = {}
    cursor = ""
    while cursor is not None:
        page = person.get("/tickets", q=words, limit=200, cursor=cursor)
        for ticket in page["tickets"]:
            found.setdefault(ticket["subject"], []).append(ticket["number"])
        cursor = page["next_cursor"]
    return found


@pytest.mark.parametrize("victim", ["web", "worker", "postgres"])
def test_every_acknowledged_ticket_is_there_once_after_a_kill(running: Product, victim: str) -> None:
    key = running.person("l1").http.headers["Authorization"].removeprefix("Bearer ")
    acknowledged: dict[str, str] = {}
    count = threading.Semaphore(0)

    def create(n: int) -> None:
        """As a careful client does: the same key again until there is an answer."""
        subject = f"{victim} {n:03}"
        body = {"subject": subject, "text": "x", "requester": {"email": "kill@qinghe.example"}}

        def attempt() -> str | None:
            try:
                with Person(running.url, key) as person:
                    return str(person.post("/tickets", body, key=f"kill-{subject}")["number"])
            except (httpx.TransportError, ValueError):
                return None
            except Refused as refused:
                assert refused.status in (409, 503), refused
                return None

        acknowledged[subject] = eventually(attempt, what=f"{subject} is acknowledged")
        count.release()

    with ThreadPoolExecutor(8) as pool:
        created = [pool.submit(create, n) for n in range(CREATES)]
        for _ in range(KILL_AFTER):
            assert count.acquire(timeout=120)
        os.kill(running.status()["pids"][victim], signal.SIGKILL)
        for one in created:
            one.result()

    with Person(running.url, key) as person:
        found = all_found(person, victim)
    assert found == {subject: [number] for subject, number in acknowledged.items()}
    assert len(found) == CREATES
    running.run("tickets", "replay", "--check")
    running.run("audit", "verify")
