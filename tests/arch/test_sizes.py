"""Prints what has passed the sizes of CONTRIBUTING.md: a report, read with ``pytest -s``, and no more."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.arch.tree import SOURCE, modules

FUNCTION, CLASS, METHODS, MODULE, TEST_MODULE = 60, 250, 15, 400, 500


def oversized(source: Path) -> Iterator[tuple[int, str]]:
    for module in modules(source):
        lines = len(module.path.read_text(encoding="utf-8").splitlines())
        if lines > (TEST_MODULE if module.is_test else MODULE):
            yield lines, f"{module.name}: module"
        for node in ast.walk(module.syntax):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from ((size, f"{module.name}: {what}") for size, what in _parts(node))


def _parts(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[tuple[int, str]]:
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    if isinstance(node, ast.ClassDef):
        methods = sum(isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) for child in node.body)
        if size > CLASS:
            yield size, f"class {node.name}"
        if methods > METHODS:
            yield methods, f"class {node.name}, methods"
    elif size > FUNCTION:
        yield size, f"{node.name}()"


def test_report_what_is_almost_always_two_things() -> None:
    for size, what in sorted(oversized(SOURCE), reverse=True):
        print(f"{size:5}  {what}")  # noqa: T201  the report is the purpose
