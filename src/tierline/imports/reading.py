"""Rows out of a file, a few at a time: CSV in any common dialect, XES, JSON, each also gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tierline.imports import xes, zammad
from tierline.imports.base import Row, UnreadableExport

if TYPE_CHECKING:
    import _csv

FIELD_LIMIT = 1_000_000
COLUMN_LIMIT = 500
_GZIP = b"\x1f\x8b"
_DELIMITERS = ",;\t|"


def rows(path: Path) -> Iterator[Row]:
    """Every row with its columns by name. Raises UnreadableExport, also half-way through a broken file."""
    try:
        with _opened(path) as raw:
            head = raw.peek(4096)[:4096] if isinstance(raw, io.BufferedReader) else b""
            begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            if begins == b"<":
                yield from xes.rows(raw)
            elif begins in (b"[", b"{"):
                yield from zammad.rows(raw, is_list=begins == b"[")
            else:
                yield from _table(raw)
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as wrong:
        raise UnreadableExport(file=path.name, why=type(wrong).__name__) from wrong


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == _GZIP:
            with gzip.open(raw) as unpacked, io.BufferedReader(unpacked) as buffered:
                yield buffered
        else:
            yield raw


def _table(raw: IO[bytes]) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
    encoding = _encoding(raw)
    delimiter = _delimiter(raw, encoding)
    try:
        with io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
            yield from _named(csv.reader(_without_nul(text), delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise UnreadableExport(why=type(wrong).__name__) from wrong


def _named(lines: _csv.Reader) -> Iterator[Row]:
    header = [name.strip() for name in next(lines, [])]
    if len(header) < 2 or len(set(header)) != len(header) or len(header) > COLUMN_LIMIT:
        raise UnreadableExport(why="header", line=1)
    for line in lines:
        if line and len(line) != len(header):
            raise UnreadableExport(why="columns", line=lines.line_num, expected=len(header), found=len(line))
        if line:
            yield dict(zip(header, line, strict=True))


def _encoding(raw: IO[bytes]) -> str:
    """UTF-8, or GB 18030 where the beginning is not: spreadsheets saved in China."""
    head = raw.peek(4096)[:4096] if isinstance(raw, io.BufferedReader) else b""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # The last character may be cut in two.
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _delimiter(raw: IO[bytes], encoding: str) -> str:
    head = raw.peek(4096)[:4096] if isinstance(raw, io.BufferedReader) else b""
    first = head.decode(encoding, errors="replace").splitlines()[:1] or [""]
    return max(_DELIMITERS, key=first[0].count)


def _without_nul(text: io.TextIOWrapper) -> Iterator[str]:
    for line in text:
        if "\x00" in line:
            raise UnreadableExport(why="nul")
        yield line
