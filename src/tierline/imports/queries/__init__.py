"""What is in a file, read once and without a database: its cases, and the figures over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from tierline.domain.errors import DomainError
from tierline.imports import grouping, reading
from tierline.imports.admission import admitted
from tierline.imports.base import Case, Refused, UnreadableExport
from tierline.imports.shapes import shape as shape_of


class Export:
    """A file of another desk. Iterate once; ``figures`` are complete when the iteration is.

    A case that cannot be read comes as Refused and is in no figure. ``limit``: only so many cases.
    Raises UnreadableExport, and Invalid or Missing for a shape or mapping that does not fit.
    """

    def __init__(
        self,
        path: Path,
        *,
        at: datetime,
        shape: str = "",
        mapping: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> None:
        self._rows = reading.rows(path)
        first = next(self._rows, None)
        if first is None:
            raise UnreadableExport(file=path.name, why="empty")
        self._rows = chain([first], self._rows)
        self._shape = shape_of(list(first), name=shape, mapping=mapping)
        self._figures = self._shape.figures()
        self._at = at
        self._limit = limit

    @property
    def shape(self) -> str:
        return self._shape.name

    def __iter__(self) -> Iterator[Case | Refused]:
        for n, rows in enumerate(grouping.cases(self._rows, self._shape.key), start=1):
            if self._limit is not None and n > self._limit:
                return
            try:
                case = admitted(self._shape.case(rows), at=self._at)
                self._figures.take(rows)
            except DomainError as error:
                yield Refused(self._shape.key(rows[0])[:200], error)
            else:
                yield case

    def figures(self) -> dict[str, Any]:
        return self._figures.result()
