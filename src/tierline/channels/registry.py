"""Which channels are there: handed down once by the composition root, asked by name."""

from __future__ import annotations

from collections.abc import Iterable

from tierline.channels.base import Channel
from tierline.domain.errors import DomainError


class UnknownChannel(DomainError):
    """No adapter of this name is wired."""

    code = "unknown_channel"


_channels: dict[str, Channel] = {}


def use(channels: Iterable[Channel]) -> None:
    """Handed down once at start-up; an adapter module is a Channel."""
    _channels.clear()
    _channels.update({channel.slug: channel for channel in channels})


def channel(slug: str) -> Channel:
    """Raises UnknownChannel."""
    if slug not in _channels:
        raise UnknownChannel(channel=slug, allowed=sorted(_channels))
    return _channels[slug]


def way_back(slug: str) -> str:
    """The channel on which a ticket of channel ``slug`` is answered: its own, or mail where that cannot send."""
    return slug if slug in _channels else "email"
