"""Files as people have them: dialects, encodings, broken ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tierline.domain.errors import DomainError
from tierline.imports import grouping, reading
from tierline.imports.base import UnreadableExport

SAME = [
    ("commas", "编号,主题\n1,打印错位\n".encode()),
    ("semicolons and quotes", '"编号";"主题"\r\n"1";"打印错位"\r\n'.encode()),
    ("tabs", "编号\t主题\n1\t打印错位\n".encode()),
    ("a byte order mark", "\ufeff编号,主题\n1,打印错位\n".encode()),
    ("UTF-16, as spreadsheets call Unicode text", "编号\t主题\n1\t打印错位\n".encode("utf-16")),
    ("GB 18030", "编号,主题\n1,打印错位\n".encode("gb18030")),
    ("gzip", gzip.compress("编号,主题\n1,打印错位\n".encode())),
]


@pytest.mark.parametrize("body", [body for _, body in SAME], ids=[name for name, _ in SAME])
def test_a_table_reads_the_same_in_every_dialect(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(body)
    assert list(reading.rows(path)) == [{"编号": "1", "主题": "打印错位"}]


BOMB = """<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<log><trace><event><string key="concept:name" value="&b;"/></event></trace></log>"""

BROKEN = [
    ("one column", b"number\n1\n"),
    ("a column named twice", b"a,a\n1,2\n"),
    ("a row that is too short", b"a,b\n1\n"),
    ("an open quote", b'a,b\n1,"2\n'),
    ("a nul byte", b"a,b\n1,\x00\n"),
    ("half of a gzip", gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:40]),
    ("XML that is no event log", b"<html><body/></html>"),
    ("half of an event log", b"<log><trace><event>"),
    ("entities that grow", BOMB.encode()),
]


@pytest.mark.parametrize("body", [body for _, body in BROKEN], ids=[name for name, _ in BROKEN])
def test_a_broken_file_is_one_named_error(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(body)
    with pytest.raises(UnreadableExport):
        list(reading.rows(path))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_whatever_the_bytes_are_there_are_rows_or_a_named_error(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(body)
    try:
        assert all(isinstance(row, dict) for row in reading.rows(path))
    except DomainError as refused:
        assert refused.code == "unreadable_export"


@given(rows=st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers()), max_size=60), chunk=st.integers(1, 70))
def test_cases_come_out_whole_and_in_order_however_little_fits_in_memory(
    rows: list[tuple[str, int]], chunk: int
) -> None:
    given_rows = [{"case": case, "n": str(n)} for case, n in rows]
    expected: dict[str, list[dict[str, str]]] = {}
    for row in given_rows:
        expected.setdefault(row["case"], []).append(row)
    got = [list(case) for case in grouping.cases(given_rows, lambda row: row["case"], chunk=chunk)]
    assert got == list(expected.values())
