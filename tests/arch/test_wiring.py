"""Whatever is announced has somebody who listens, or says that it is for the record; nobody listens elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.utils.module_loading import autodiscover_modules

from tests.arch.tree import PACKAGE, SOURCE, imports, modules
from tierline.config import wiring
from tierline.plumbing.announce import Announcement, Handler

SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.db.backends.signals")


def announced() -> list[type[Announcement]]:
    autodiscover_modules("events")
    return sorted(_below(Announcement), key=lambda event: (event.__module__, event.__name__))


def _below(event: type[Announcement]) -> Iterator[type[Announcement]]:
    for below in event.__subclasses__():
        yield from (below, *_below(below))


def unheard(
    events: Iterable[type[Announcement]], table: Mapping[type[Announcement], tuple[Handler, ...]]
) -> Iterator[str]:
    for event in events:
        if bool(table.get(event)) is event.for_the_record:
            yield f"{event.__module__}.{event.__name__}: a handler, or for_the_record, and not both"


def misplaced(handlers: Iterable[Handler]) -> Iterator[str]:
    for handler in handlers:
        if ".handlers" not in handler.__module__:
            yield f"{handler.__module__}.{handler.__qualname__} is wired, so it belongs into its room's handlers"


def untested(handlers: Iterable[Handler], source: Path) -> Iterator[str]:
    """A handler may run twice, so a test runs it twice: one whose name ends so, in a module that names the handler."""
    tests = [module.path.read_text(encoding="utf-8") for module in modules(source) if module.is_test]
    for handler in handlers:
        if not any(handler.__name__ in text and "twice" in text for text in tests):
            yield f"{handler.__module__}.{handler.__qualname__} is nowhere run twice in a test"


def violations(source: Path) -> Iterator[str]:
    for module in modules(source):
        for node, target in imports(module):
            if target.startswith(SIGNALS):
                yield module.at(node, f"imports {target}: announce an event instead")


def _wired() -> list[Handler]:
    return sorted({h for group in wiring.HANDLERS.values() for h in group}, key=lambda h: h.__qualname__)


def test_every_event_has_a_handler_or_is_for_the_record() -> None:
    ours = [event for event in announced() if event.__module__.startswith(f"{PACKAGE}.")]
    assert not list(unheard([e for e in ours if ".tests" not in e.__module__], wiring.HANDLERS))


def test_handlers_live_in_their_rooms() -> None:
    assert not list(misplaced([*_wired(), *(fires.handler for fires in wiring.TIMERS.values())]))


def test_every_handler_is_run_twice_somewhere() -> None:
    assert not list(untested(_wired(), SOURCE))


def test_nobody_listens_to_signals() -> None:
    assert not list(violations(SOURCE))
