"""Rows are written by services and operations only, and a save never writes columns it did not mean."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.arch.tree import SOURCE, Module, calls, imports, modules

WRITERS = frozenset({"services", "operations", "migrations"})
WRITING_ROOMS = frozenset({"plumbing", "demo"})
VERBS = frozenset({"create", "update", "delete", "get_or_create", "update_or_create", "bulk_create", "bulk_update"})
SQL = re.compile(r"^\s*(insert\s+into|update\s+[\w.\"{}]+\s+set|delete\s+from|truncate)\b", re.IGNORECASE)


def violations(source: Path) -> Iterator[str]:
    for module in modules(source):
        if not module.is_test:
            if _knows_rows(module):
                yield from _wide_saves(module)
            if module.part not in WRITERS and module.room not in WRITING_ROOMS:
                yield from _writes(module)


def _knows_rows(module: Module) -> bool:
    return any("django" in target or ".models" in target for _, target in imports(module))


def _wide_saves(module: Module) -> Iterator[str]:
    for call in calls(module):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save" and not call.args:
            named = {keyword.arg for keyword in call.keywords}
            if not named & {"update_fields", "force_insert"}:
                yield module.at(call, "saves the whole row: name update_fields or force_insert")


def _writes(module: Module) -> Iterator[str]:
    for call in calls(module):
        if isinstance(call.func, ast.Attribute) and call.func.attr in VERBS and _is_query(call.func.value):
            yield module.at(call, f"writes with {call.func.attr}(): only services and operations write")
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield module.at(node, "writes with SQL: only services and operations write")


def _is_query(receiver: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr.endswith("objects") for node in ast.walk(receiver))


def test_only_services_and_operations_write() -> None:
    assert not list(violations(SOURCE))
