"""The worker's stand-by for timers: nobody is warned or paged late because a worker died and is being started."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

import django

django.setup()

from tierline.config.sweeper import Sweeper  # noqa: E402 - Django first

LEAVES = timedelta(milliseconds=200)


def main() -> None:
    stopping = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stopping.set())
    Sweeper(stopping, role="standby", leaves=LEAVES).run()


if __name__ == "__main__":
    main()
