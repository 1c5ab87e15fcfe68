"""The source as the architecture tests see it: its modules, the room of each, what each imports."""

import ast
import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src"
PACKAGE = "tierline"


@dataclass(frozen=True)
class Module:
    """One file. ``name`` is dotted, without ``__init__``: tierline.desk.services.open."""

    name: str
    path: Path

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=str(self.path))

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split(".")[1:])

    @property
    def room(self) -> str:
        return self.parts[0] if self.parts else ""

    @property
    def part(self) -> str:
        """What the file is in its room: services, models, tests ..."""
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.parts[-1:] == ("conftest",)

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)} {what}"


def modules(source: Path) -> Iterator[Module]:
    for path in sorted((source / PACKAGE).rglob("*.py")):
        names = path.relative_to(source).with_suffix("").parts
        yield Module(".".join(names[:-1] if names[-1] == "__init__" else names), path)


def rooms(source: Path) -> frozenset[str]:
    inside = source / PACKAGE
    single = {path.stem for path in inside.glob("*.py")} - {"__init__", "__main__"}
    return frozenset({path.parent.name for path in inside.glob("*/__init__.py")} | single)


def floors() -> list[list[str]]:
    """Rooms from the top floor down, as the contract has them; one that is not built yet stands in parentheses."""
    contracts = configparser.ConfigParser()
    contracts.read(REPOSITORY / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:floors"]["layers"].split("\n")
    return [[room.strip() for room in line.split("|")] for line in lines if line.strip()]


def planned_rooms() -> list[str]:
    return [room.strip("()") for floor in floors() for room in floor]


def imports(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every dotted name imported at run time; ``from a import b`` counts as a.b."""
    for_types = {id(child) for block in _type_checking_blocks(module.syntax) for child in ast.walk(block)}
    for node in ast.walk(module.syntax):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node, f"{node.module}.{name.name}") for name in node.names)


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.syntax) if isinstance(node, ast.Call))


def _type_checking_blocks(syntax: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(syntax):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from node.body
