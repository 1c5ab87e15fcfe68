"""The process that mail servers hand messages to, beside web and worker where TIERLINE_MAIL_LISTEN names a place."""

from __future__ import annotations

import asyncio
import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django first

from tierline.channels.services.listening import Limits, Listener, places  # noqa: E402


async def _serve() -> None:
    stop = asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, stop.set)
    where = places(str(settings.MAIL_INTAKE["listen"]))
    await Listener(where, Limits.of(settings.MAIL_INTAKE)).serve(stop)


def main() -> None:
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
