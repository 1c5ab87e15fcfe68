"""Whatever a file holds, it is cases or a named refusal, soon and in little memory."""

from __future__ import annotations

import gzip
import json
import os
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.world import AT
from tierline.domain.errors import DomainError
from tierline.imports.base import UnreadableExport
from tierline.imports.queries import Export

IS_BAR = os.environ.get("TIERLINE_BARS") == "1"
EXAMPLES = 200_000 if IS_BAR else 5_000
SECONDS, MEGABYTES = 5, 256

MAPPING = {"key": "id", "opened_at": "opened", "subject": "title", "text": "title", "zone": "Asia/Shanghai"}
FORMATS = ["", "%d/%m/%Y %H:%M", ["", "%m-%d-%y"], "%"]

XES = b"""<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"/>
<event><string key="org:group" value="V3 2nd"/><string key="lifecycle:transition" value="In Progress"/>
<string key="concept:name" value="Accepted"/><string key="impact" value="Medium"/><string key="product" value="P"/>
<string key="organization involved" value="Org line C"/><date key="time:timestamp" value="2012-01-01T00:00:00+01:00"/>
</event></trace></log>"""
ZAMMAD = json.dumps(
    [
        {
            "id": 1,
            "created_at": "2020-01-01T00:00:00Z",
            "title": "t",
            "state": "closed",
            "customer": "a@b.c",
            "articles": [{"created_at": "2020-01-01T00:00:00Z", "body": "<p>x", "content_type": "text/html"}],
        }
    ]
).encode()
TABLE = "id,opened,title\n1,2020-01-01 10:00,打印错位\n2,31/12/2019 9:05,\n".encode()
RT = b"id\tSubject\tCreated\tRequestors\n1\tx\tMon Jan 06 10:00:00 2020\ta@b.c\n"
SERVICENOW = (
    b"number,incident_state,made_sla,opened_at,sys_updated_at,priority,caller_id,location,category,subcategory,"
    b"u_symptom,assignment_group,assigned_to,resolved_by\n"
    b"INC1,New,true,29/2/2016 01:16,29/2/2016 01:23,3 - Moderate,Caller 1,?,?,?,?,?,?,?\n"
)
SEEDS = (XES, ZAMMAD, TABLE, RT, SERVICENOW, TABLE.replace(b",", b";"), TABLE.decode().encode("gb18030"))
BITS = (
    b"\x00",
    b'"',
    b"\xff\xfe",
    b"\n",
    b",,,,",
    b"]]>",
    b"<!DOCTYPE a>",
    b"9" * 40,
    b"1e999",
    b"\xef\xbb\xbf",
    b"{[",
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A real file with something cut out, put in or doubled, or any bytes at all; some of them packed."""
    body = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        a = draw(st.integers(0, len(body)))
        b = min(len(body), a + draw(st.integers(0, 40)))
        put = draw(st.sampled_from(BITS) | st.binary(max_size=12) | st.just(body[a:b] * 2))
        body = body[:a] + put + body[b:]
    body = draw(st.just(body) | st.just(body) | st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    if draw(st.integers(0, 9)) == 0:
        body = gzip.compress(body, 1)
        body = body[: draw(st.integers(2, len(body)))]
    return body


def read(path: Path, mapping: Mapping[str, Any] | None) -> None:
    try:
        export = Export(path, at=AT, mapping=mapping)
        for _ in export:
            pass
        export.figures()
    except DomainError:
        pass


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_anything_is_cases_or_a_named_refusal(tmp_path: Path) -> None:
    path, before, slowest = tmp_path / "export", peak(), 0.0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not IS_BAR,
    )
    @given(body=files(), is_mapped=st.booleans(), time_format=st.sampled_from(FORMATS))
    def each(body: bytes, is_mapped: bool, time_format: Any) -> None:
        nonlocal slowest
        path.write_bytes(body)
        began = time.perf_counter()
        read(path, {**MAPPING, "time_format": time_format} if is_mapped else None)
        slowest = max(slowest, time.perf_counter() - began)

    each()
    assert slowest < SECONDS
    assert peak() - before < MEGABYTES


def packed(body: bytes, times: int) -> bytes:
    return gzip.compress(body * times, 9)


HOSTILE = [
    ("a packed table of nothing but one line", packed(b"a" * 1024, 200 * 1024)),
    (
        "a packed event log of one endless value",
        gzip.compress(b'<log><trace><string key="a" value="' + b"a" * 200_000_000),
    ),
    ("an endless value, not packed", b'<log><trace><string key="a" value="' + b"a" * 20_000_000),
    ("a cell of ten megabytes", b"id,opened,title\n1,2020-01-01," + b"x" * 10_000_000 + b"\n"),
    ("a quoted cell over a million lines", b'id,opened,title\n1,2020-01-01,"' + b"x\n" * 1_000_000),
    ("entities that grow", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>'),
    ("elements in elements", b"<log>" + b"<a>" * 100_000),
    ("a list in a list", b"[" * 100_000),
    ("a header of a thousand columns", b",".join(b"c%d" % n for n in range(1000)) + b"\n"),
]


@pytest.mark.parametrize("body", [body for _, body in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_a_hostile_file_is_refused_soon_and_in_little_memory(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(body)
    before, began = peak(), time.perf_counter()
    with pytest.raises(UnreadableExport):
        for _ in Export(path, at=AT, mapping=MAPPING if not body.startswith((b"<", b"[")) else None):
            pass
    assert time.perf_counter() - began < SECONDS
    assert peak() - before < MEGABYTES


# fmt: off
LATE = [
    (
        "Chinese only after the first pages",
        b"id,opened,title\n" + b"1,2020-01-01,ascii\n" * 5000 + "2,2020-01-01,打印\n".encode("gb18030"),
    ),
    ("a byte order mark before GB 18030's look-alike", "\ufeffid,opened,title\n2,2020-01-01,打印\n".encode()),
    ("UTF-16 of the other order", "\ufeffid\topened\ttitle\n2\t2020-01-01\t打印\n".encode("utf-16-be")),
]
# fmt: on


@pytest.mark.parametrize("body", [body for _, body in LATE], ids=[name for name, _ in LATE])
def test_the_encoding_is_found_wherever_it_shows(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(body)
    *_, last = Export(path, at=AT, mapping=MAPPING)
    assert last.text == "打印"  # type: ignore[union-attr]
