"""``python -m tierline.demo present DAYS`` and ``... history SLUG``: what ``tierline up --demo`` runs.

The present writes demo.json, last; the history writes demo-SLUG.json after each day.
"""

from __future__ import annotations

import gc
import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

import click
import django

django.setup()

from tierline.demo import build  # noqa: E402 - Django first
from tierline.demo.people import COMPANIES, PEOPLE  # noqa: E402
from tierline.plumbing import clock  # noqa: E402
from tierline.plumbing.home import home, write_private  # noqa: E402
from tierline.plumbing.secrets import secret  # noqa: E402

_BEHIND_PAGES = 10  # niceness: whoever looks at a page comes first


@click.group()
def main() -> None:
    """Build the demo."""


@main.command()
@click.argument("days", type=click.IntRange(0, 366))
def present(days: int) -> None:
    password = secret("demo")[:12]
    if not build.is_built():
        build.build_present(at=clock.now(), days=days, password=password, tell=click.echo)
    told = {
        "demo_users": {p.key: p.email for p in PEOPLE},
        "password": password,
        "history": {c.slug: days for c in COMPANIES},
    }
    write_private(home() / "demo.json", json.dumps(told, indent=1))


@main.command()
@click.argument("slug")
def history(slug: str) -> None:
    os.nice(_BEHIND_PAGES)
    gc.set_threshold(100_000)  # rows by the thousand and hardly a cycle: the default collects all the time

    def progress(done: int, days: int) -> None:
        write_private(home() / f"demo-{slug}.json", json.dumps({"done": done, "days": days}))

    build.build_history(slug=slug, at=clock.now(), progress=progress)


main()
