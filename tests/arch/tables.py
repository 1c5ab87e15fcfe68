"""Writes docs/events.md, docs/errors.md and docs/access.md from the code: ``python -m tests.arch.tables``.

Any state folder and database will do: nothing is asked of either.
"""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

from tests.arch.tree import PACKAGE, REPOSITORY

DOCS = REPOSITORY / "docs"
GENERATED = "<!-- Written by `python -m tests.arch.tables`; do not edit. -->"


def import_everything() -> None:
    """Every module of the product, so that every subclass is known; tests and migrations aside."""
    package = importlib.import_module(PACKAGE)
    for found in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        parts = found.name.split(".")
        if not {"tests", "migrations", "settings", "__main__", "asgi", "wsgi"} & set(parts):
            importlib.import_module(found.name)


def below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield from (child, *below(child))


def in_the_product(kinds: Iterable[type]) -> list[type]:
    ours = {k for k in kinds if k.__module__.startswith(f"{PACKAGE}.") and ".tests" not in k.__module__}
    return sorted(ours, key=lambda k: (k.__module__, k.__name__))


def refusals() -> list[type]:
    from tierline.domain.errors import DomainError

    import_everything()
    return in_the_product([DomainError, *below(DomainError)])


def announcements() -> list[type]:
    from tierline.plumbing.announce import Announcement

    import_everything()
    return in_the_product(below(Announcement))


def errors() -> str:
    from tierline.cli.words import WORDS
    from tierline.plumbing.catalogue import entries
    from tierline.plumbing.http import STATUS

    said = {key: words for _, key, words in entries()}

    rows = []
    for code in sorted({kind.code for kind in refusals()}):
        kinds = [kind for kind in refusals() if kind.code == code]
        status = "-" if code in WORDS else STATUS.get(code, 422)
        english, chinese = WORDS.get(code) or _both(said.get(f"error.{code}", {}))
        raised = ", ".join(f"`{_short(kind)}`" for kind in kinds)
        rows.append((f"`{code}`", status, _cell(english or _says(kinds[0])), _cell(chinese), raised))
    return _page(
        "Errors 错误码",
        "A refusal has a stable code; programs match on it. Status is HTTP's; `-` is a refusal of the command line.",
        _table(("code", "status", "says", "中文", "raised as"), rows),
    )


def events() -> str:
    from tierline.config import wiring
    from tierline.domain import ticket as row
    from tierline.domain.events import RANK
    from tierline.domain.sla import fold

    ranks = ("message", "pause, resume", "state", "priority", "owner", "resolution", "other")
    ticket = [
        (f"`{name}`", ranks[rank], _yes(name in row._READERS or name == "opened"), _yes(name in fold._HANDLERS))
        for name, rank in sorted(RANK.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    announced = [
        (
            f"`{_short(event)}`",
            ", ".join(f"`{f.name}`" for f in fields(event)),
            ", ".join(f"`{_short(h)}`" for h in wiring.HANDLERS.get(event, ())) or "for the record",
            _says(event),
        )
        for event in announcements()
    ]
    timers = [(f"`{kind}`", f"`{_short(fires.handler)}`") for kind, fires in sorted(wiring.TIMERS.items())]
    return _page(
        "Events 事件",
        "Ticket events record one ticket: append-only, folded by (occurred_at, rank inside the command, seq).",
        _table(("ticket event", "rank", "changes the row", "moves clocks"), ticket),
        "Announcements tell other rooms, after commit and at least once.",
        _table(("announcement", "carries", "handled by", "means"), announced),
        "Timers are swept when they fall due.",
        _table(("timer", "handled by"), timers),
    )


def access() -> str:
    from tierline.plumbing.actor import ROLES, SYSTEM

    roles = (*ROLES, SYSTEM)
    parts = []
    for room, grants in granting_rooms().items():
        rows = [(f"`{right}`", *(_yes(role in allowed) for role in roles)) for right, allowed in sorted(grants.items())]
        parts += [f"## {room}", _table(("right", *roles), rows)]
    return _page(
        "Access 权限",
        "What a role may do, inside what it can see. Which rows a person can see is decided first: by provider and live"
        " assignments in the database, then by the room's visibility rule.",
        *parts,
    )


def granting_rooms() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """room -> right -> roles, from the ``GRANTS`` table of each room's policies."""
    found = {}
    for path in sorted((REPOSITORY / "src" / PACKAGE).glob("*/policies.py")):
        policies = importlib.import_module(f"{PACKAGE}.{path.parent.name}.policies")
        if hasattr(policies, "GRANTS"):
            found[path.parent.name] = policies.GRANTS
    return found


PAGES: Mapping[str, Callable[[], str]] = {"events.md": events, "errors.md": errors, "access.md": access}


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _short(thing: type | Callable[..., object]) -> str:
    return f"{thing.__module__.removeprefix(f'{PACKAGE}.')}.{thing.__qualname__}"


def _says(kind: type) -> str:
    """The first sentence of the docstring; a dataclass without one has a generated signature, which says nothing."""
    text = (kind.__doc__ or "").strip()
    if text.startswith(f"{kind.__name__}("):
        return ""
    return _cell(text.split("\n\n")[0])


def _yes(it_is: bool) -> str:
    return "yes" if it_is else ""


def _both(words: Mapping[str, str]) -> tuple[str, str]:
    return words.get("en", ""), words.get("zh", "")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{PACKAGE}.config.settings.test")
    import django

    django.setup()
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
