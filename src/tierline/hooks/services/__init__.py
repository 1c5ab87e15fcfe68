"""Verbs of the outgoing web hooks. Each is one transaction."""

from tierline.hooks.services.repeating import TooManyDeliveries, repeat, replay, see_body, try_now
from tierline.hooks.services.subscribing import (
    TooManyWebhooks,
    Wish,
    change,
    pause,
    resume,
    rotate,
    subscribe,
    unsubscribe,
)
from tierline.hooks.services.telling import queue_events

__all__ = [
    "TooManyDeliveries",
    "TooManyWebhooks",
    "Wish",
    "change",
    "pause",
    "queue_events",
    "repeat",
    "replay",
    "resume",
    "rotate",
    "see_body",
    "subscribe",
    "try_now",
    "unsubscribe",
]
