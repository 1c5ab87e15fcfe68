"""The same write sent fifty times at once, over real HTTP to all web processes: one ticket, one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.running import Product, product

AT_ONCE = 50


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    with product() as started:
        yield started


def test_fifty_at_once_make_one_ticket(running: Product) -> None:
    l1 = running.person("l1")
    key = l1.http.headers["Authorization"]
    body = {"subject": "同一件 50", "text": "x", "requester": {"email": "same@qinghe.example"}}

    def send(_: int) -> tuple[int, str]:
        with httpx.Client(timeout=60) as http:
            answer = http.post(
                f"{running.url}/api/v1/tickets",
                json=body,
                headers={"Authorization": key, "Idempotency-Key": "the-same"},
            )
        return answer.status_code, answer.text if answer.status_code == 201 else answer.json()["code"]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(send, range(AT_ONCE)))
    made = {text for status, text in answers if status == 201}
    others = {(status, text) for status, text in answers if status != 201}
    assert len(made) == 1, answers
    assert others <= {(409, "idempotency_in_progress")}
    assert len(l1.get("/tickets", q="同一件 50", limit=200)["tickets"]) == 1
    again = l1.post("/tickets", body, key="the-same")
    assert again["number"] in made.pop()
