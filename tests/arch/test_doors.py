"""A room is entered by its doors: services, operations, queries, events, urls, api; never its models."""

from collections.abc import Iterator
from pathlib import Path

from tests.arch.tree import PACKAGE, SOURCE, imports, modules

# A `base` holds the values that a room's services take and give.
DOORS = frozenset({"services", "operations", "queries", "events", "urls", "api", "apps", "base"})
# Not rooms: every module of theirs is there to be used.
OPEN = frozenset({"domain", "plumbing", "learning", "config"})
# The composition root hands reactions, channels and the bare ASGI route together, so it may name them.
WIRED = frozenset({"handlers", "types", "stream", "registry"})
# The command line reads a mail file without a database, so it asks the adapter itself.
READS = frozenset({"types"})
# What a room's tests lend to the tests of rooms above.
LENT = ("tests", "builders")


def violations(source: Path) -> Iterator[str]:
    for module in modules(source):
        for node, target in imports(module):
            package, *parts = target.split(".")
            if package != PACKAGE or len(parts) < 2 or parts[0] in OPEN | {module.room}:
                continue
            allowed = DOORS | {"config": WIRED, "cli": READS}.get(module.room, frozenset())
            lent = module.is_test and tuple(parts[1:3]) == LENT
            if parts[1] not in allowed and not lent:
                yield module.at(node, f"goes into {parts[0]} through {parts[1]}, which is no door")


def test_rooms_are_entered_by_their_doors() -> None:
    assert not list(violations(SOURCE))
