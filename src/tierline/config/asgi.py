"""The web process: live events on a bare route, everything else through Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

from django.core.asgi import get_asgi_application

_pages = get_asgi_application()

from tierline.web.stream import Stream  # noqa: E402 - needs the app registry

_stream = Stream()


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] == "http" and scope["path"] == "/live":
        await _stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _stream.lifespan(receive, send)
