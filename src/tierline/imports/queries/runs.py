"""Runs of the reach, what was refused in one, and the first rows of a file that somebody uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from tierline.domain.errors import DomainError, NotFound
from tierline.imports import reading
from tierline.imports.base import UnreadableExport
from tierline.imports.models import ImportFault, ImportRun
from tierline.imports.shapes import shape as shape_of
from tierline.plumbing import store

ROWS = 5
# What tables call our columns, to begin a mapping with.
_GUESSES: Mapping[str, Sequence[str]] = {
    "key": ("编号", "单号", "工单号", "工单编号", "id", "number", "ticket", "key", "no"),
    "subject": ("主题", "标题", "subject", "title", "summary"),
    "text": ("描述", "内容", "问题描述", "description", "body", "text"),
    "requester": ("请求人", "联系人", "提交人", "邮箱", "requester", "customer", "from", "email"),
    "opened_at": ("建单时间", "创建时间", "提交时间", "受理时间", "opened", "opened_at", "created", "created_at"),
    "answered_at": ("首次回复", "首次响应", "响应时间", "answered", "answered_at", "first_response"),
    "resolved_at": ("解决时间", "resolved", "resolved_at"),
    "closed_at": ("关闭时间", "closed", "closed_at"),
    "resolution": ("解决方案", "处理结果", "resolution"),
    "priority": ("优先级", "priority"),
}


@dataclass(frozen=True, slots=True)
class RunRow:
    id: int
    enterprise_id: int
    file: str
    sha256: str
    shape: str
    source: str
    mapping: Mapping[str, Any] | None
    state: str
    cases: int
    opened: int
    already_there: int
    refused: int
    started_at: datetime
    finished_at: datetime | None
    person_id: int | None
    attempt: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FaultRow:
    key: str
    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """The beginning of a file. ``shape``: the layout that its columns name, empty where a mapping has to."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    shape: str
    guess: Mapping[str, str]


def runs(enterprise_ids: Iterable[int], *, limit: int = 100) -> list[RunRow]:
    """Newest first."""
    return [_row(r) for r in ImportRun.objects.filter(enterprise_id__in=list(enterprise_ids)).order_by("-id")[:limit]]


def run(run_id: int) -> RunRow:
    found = ImportRun.objects.filter(id=run_id).first()
    if found is None:
        raise NotFound(what="import", id=run_id)
    return _row(found)


def faults(run_id: int, attempt: int, *, limit: int | None = None) -> Iterator[FaultRow]:
    """Of the newest pass, in the order of the file."""
    rows = ImportFault.objects.filter(run_id=run_id, attempt=attempt).order_by("id").values_list("key", "code", "facts")
    for key, code, facts in rows[:limit] if limit is not None else rows:
        yield FaultRow(key, code, facts)


def look(sha256: str) -> Look:
    """Raises UnreadableExport."""
    first = list(islice(reading.rows(store.path(sha256)), ROWS))
    if not first:
        raise UnreadableExport(why="empty")
    header = list(first[0])
    try:
        known = shape_of(header).name
    except DomainError:
        known = ""
    return Look(header, [[row[name][:80] for name in header] for row in first], known, _guess(header))


def _guess(header: Sequence[str]) -> dict[str, str]:
    by_word = {name.strip().casefold(): name for name in header}
    found = {}
    for ours, words in _GUESSES.items():
        theirs = next((by_word[w] for w in words if w in by_word), "")
        if theirs:
            found[ours] = theirs
    return found


def _row(r: ImportRun) -> RunRow:
    return RunRow(**{name: getattr(r, name) for name in RunRow.__slots__})
