"""Which layout does a file have? Each is a module with one shape; the header decides, or the caller names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tierline.domain.errors import Invalid
from tierline.imports.base import Shape, UnreadableExport
from tierline.imports.shapes.presets import PRESETS, Preset
from tierline.imports.shapes.servicenow import ServiceNow
from tierline.imports.shapes.table import Table
from tierline.imports.shapes.tiered import TieredLog
from tierline.imports.shapes.zammad import Zammad

SHAPES = (TieredLog, ServiceNow, Zammad)


def shape(header: Sequence[str], *, name: str = "", mapping: Mapping[str, Any] | None = None) -> Shape:
    """The shape that was named or mapped, else the one whose columns are there. Raises UnreadableExport for none.

    A mapping beside a named table (glpi, rt) says what that table cannot know: its zone, a column that was renamed.
    """
    if name in PRESETS:
        return _preset(PRESETS[name], header, mapping or {})
    if mapping is not None:
        return Table(mapping, header)
    if name:
        return _named(name, header)
    for known in SHAPES:
        if known.columns <= set(header):
            return known()
    for preset in PRESETS.values():
        if not preset.missing(preset.mapping(header)):
            return _preset(preset, header, {})
    raise UnreadableExport(why="unknown_shape", line=1, found=list(header)[:12])


def _named(name: str, header: Sequence[str]) -> Shape:
    named = {known.name: known for known in SHAPES}
    if name not in named:
        raise Invalid(field="shape", value=name, allowed=sorted([*named, *PRESETS]))
    missing = sorted(named[name].columns - set(header))
    if missing:
        raise UnreadableExport(why="header", line=1, missing=missing)
    return named[name]()


def _preset(preset: Preset, header: Sequence[str], mapping: Mapping[str, Any]) -> Shape:
    told = {**preset.mapping(header), **mapping}
    if missing := preset.missing(told):
        raise UnreadableExport(why="header", line=1, missing=missing)
    return Table(told, header, name=preset.name)
