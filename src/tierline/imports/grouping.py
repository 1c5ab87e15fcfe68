"""Rows into cases, however the file is sorted, in a bounded amount of memory."""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import IO

from tierline.imports.base import Row

CHUNK = 20_000

_Keyed = tuple[int, int, Row]


def cases(rows: Iterable[Row], key: Callable[[Row], str], *, chunk: int = CHUNK) -> Iterator[Sequence[Row]]:
    """The rows of each case together in their own order; cases in order of their first row.

    ``chunk``: how many rows are held in memory; more of them go through sorted scratch files.
    """
    first_of: dict[str, int] = {}
    held: list[_Keyed] = []
    with ExitStack() as scratch:
        runs: list[IO[str]] = []
        for n, row in enumerate(rows):
            held.append((first_of.setdefault(key(row), len(first_of)), n, row))
            if len(held) >= chunk:
                runs.append(scratch.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")))
                _write(held, runs[-1])
                held = []
        held.sort(key=_place)
        merged = heapq.merge(*(_read(run) for run in runs), held, key=_place)
        for _, group in groupby(merged, key=lambda r: r[0]):
            yield [row for _, _, row in group]


def _place(keyed: _Keyed) -> tuple[int, int]:
    return keyed[:2]


def _write(held: list[_Keyed], run: IO[str]) -> None:
    for keyed in sorted(held, key=_place):
        run.write(json.dumps(keyed, ensure_ascii=False) + "\n")
    run.seek(0)


def _read(run: IO[str]) -> Iterator[_Keyed]:
    for line in run:
        case, n, row = json.loads(line)
        yield case, n, row
