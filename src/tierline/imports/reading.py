"""Rows out of a file, a few at a time: CSV in any common dialect, XES, JSON, each also gzipped."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tierline.imports import xes, zammad
from tierline.imports.base import Row, UnreadableExport

if TYPE_CHECKING:
    import _csv

FIELD_LIMIT = 1_000_000
# A line that is longer is no row of a table: it is not read to its end.
LINE_LIMIT = 8_000_000
# What is packed more tightly than this, past the first bytes, is made to be unpacked and not to be read.
PACKED_MOST, PACKED_FREE = 300, 32 * 1024 * 1024
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
                yield from xes.rows(Tagged(raw))
            elif begins in (b"[", b"{"):
                yield from zammad.rows(raw, is_list=begins == b"[")
            else:
                yield from _table(raw, _encoding(path))
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as wrong:
        raise UnreadableExport(file=path.name, why=type(wrong).__name__) from wrong


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == _GZIP:
            with gzip.open(raw) as unpacked, io.BufferedReader(Unpacked(unpacked, raw)) as buffered:
                yield buffered
        else:
            yield raw


class Unpacked(io.RawIOBase):
    """What comes out of a packed file, as long as it stays in proportion to what goes in. Raises UnreadableExport."""

    def __init__(self, unpacked: gzip.GzipFile, packed: IO[bytes]) -> None:
        self._unpacked, self._packed, self._out = unpacked, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._unpacked.readinto(buffer)
        self._out += count
        if self._out > PACKED_FREE and self._out > PACKED_MOST * max(self._packed.tell(), 1):
            raise UnreadableExport(why="packed_too_tightly")
        return count


class Tagged:
    """The bytes of a mark-up file, as long as it goes on closing its tags: one value must not fill the memory."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._open = raw, 0

    def read(self, size: int = -1) -> bytes:
        part = self._raw.read(min(size, 65536) if size > 0 else 65536)
        closed = part.rfind(b">")
        self._open = len(part) - closed if closed >= 0 else self._open + len(part)
        if self._open > LINE_LIMIT:
            raise UnreadableExport(why="value_too_long")
        return part


def _table(raw: IO[bytes], encoding: str) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
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


def _encoding(path: Path) -> str:
    """UTF-8, or GB 18030 where anything in the file is not: spreadsheets saved in China."""
    with _opened(path) as raw:
        head = raw.read(2)
        if head in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(head)
            while part := raw.read(1 << 20):
                decoder.decode(part)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _delimiter(raw: IO[bytes], encoding: str) -> str:
    head = raw.peek(4096)[:4096] if isinstance(raw, io.BufferedReader) else b""
    first = head.decode(encoding, errors="replace").splitlines()[:1] or [""]
    return max(_DELIMITERS, key=first[0].count)


def _without_nul(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LINE_LIMIT):
        if len(line) >= LINE_LIMIT:
            raise UnreadableExport(why="line_too_long", limit=LINE_LIMIT)
        if "\x00" in line:
            raise UnreadableExport(why="nul")
        yield line
