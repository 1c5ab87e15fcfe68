"""THE table: who reacts to what, which handler fires which timer, which channels there are."""

from __future__ import annotations

from collections.abc import Mapping

from tierline.plumbing import announce, timers

HANDLERS: Mapping[type[announce.Announcement], tuple[announce.Handler, ...]] = {}

TIMERS: Mapping[str, timers.Handler] = {}


def hand_down() -> None:
    announce.use(HANDLERS)
    timers.use(TIMERS)
