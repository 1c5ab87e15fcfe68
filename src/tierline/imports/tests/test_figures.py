"""The published counts of real logs of other desks come out exactly, from every form the log is kept in."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.support.shared_data import shared_data
from tierline.imports import grouping, reading
from tierline.imports.shapes import shape

LOGS = [
    ("bpic2013_problems", "closed_problems.csv.gz", "closed_problems"),
    ("bpic2013_problems", "BPIC13_closed_problems.xes.gz", "closed_problems"),
    ("bpic2013_problems", "open_problems.csv.gz", "open_problems"),
    ("bpic2013_problems", "BPIC13_open_problems.xes.gz", "open_problems"),
    ("uci_incidents", "incident_event_log_first30pct.csv.gz", None),
]


def figures(path: Path) -> dict[str, Any]:
    rows = reading.rows(path)
    first = next(rows)
    log = shape(list(first))
    counted = log.figures()
    for case in grouping.cases(chain([first], rows), log.key):
        counted.take(case)
        assert log.case(case).steps, "a case without a history"
    return counted.result()


@pytest.mark.parametrize(("folder", "name", "part"), LOGS, ids=[name for _, name, _ in LOGS])
def test_the_published_counts_come_out(folder: str, name: str, part: str | None) -> None:
    published = json.loads(shared_data(folder, "computed_figures.json").read_text(encoding="utf-8"))
    assert figures(shared_data(folder, name)) == (published[part] if part else published)
