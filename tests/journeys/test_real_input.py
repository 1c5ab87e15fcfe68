"""Texts that real people wrote, through the running product's own doors."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.running import Product, product
from tests.support.shared_data import shared_data

TICKETS, QUESTIONS = 500, 200


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    shared_data("it_tickets_47k")  # says so at once where the data are missing
    with product() as started:
        yield started


def it_tickets() -> list[str]:
    packed = shared_data("it_tickets_47k", "train.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode("utf-8")))
    return [row["text"] for row, _ in zip(rows, range(TICKETS), strict=False)]


def bank_questions() -> list[str]:
    with shared_data("banking77", "train.csv").open(encoding="utf-8") as file:
        return [row["text"] for row, _ in zip(csv.DictReader(file), range(QUESTIONS), strict=False)]


@pytest.mark.parametrize(("source", "count"), [(it_tickets, TICKETS), (bank_questions, QUESTIONS)])
def test_every_text_becomes_a_ticket(running: Product, source: object, count: int) -> None:
    texts = source()  # type: ignore[operator]
    l1 = running.person("l1")
    items = [{"text": text, "requester": {"email": f"asker{n % 40}@qinghe.example"}} for n, text in enumerate(texts)]
    answered = l1.post("/tickets/batch", {"tickets": items})["results"]
    assert Counter(result["status"] for result in answered) == {201: count}
    shown = l1.get(f"/tickets/{answered[-1]['ticket']['id']}/events")["events"]
    assert shown[0]["words"]["text"].split() == texts[-1].split()


def test_every_mail_ends_as_a_ticket_a_reply_or_parked_with_a_reason(running: Product) -> None:
    folder = shared_data("email_raw")
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".eml", ".txt", ".box", "") and p.is_file())
    messages = [str(p) for p in files if p.name not in ("SOURCE.md",) and "header_cases" not in p.parts]
    lines = running.run("mail", "receive", *messages, "--json", expect=None).splitlines()
    ended = [json.loads(line) for line in lines]
    assert len(ended) == len(messages)
    assert {e["outcome"] for e in ended} <= {"ticket", "reply", "parked"}
    assert all(e["reason"] for e in ended if e["outcome"] == "parked")
    assert all(e["ticket"] for e in ended if e["outcome"] != "parked")
    running.run("tickets", "replay", "--check")
    running.run("audit", "verify")
