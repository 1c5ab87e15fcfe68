"""``python -m tierline.demo``: builds the demo and writes demo.json, last, so that a broken build is built again."""

from __future__ import annotations

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

import click
import django

django.setup()

from tierline.demo.build import build  # noqa: E402 - Django first
from tierline.plumbing import clock  # noqa: E402
from tierline.plumbing.home import home, write_private  # noqa: E402
from tierline.plumbing.secrets import secret  # noqa: E402


def main() -> None:
    password = secret("demo")[:12]
    users = build(at=clock.now(), password=password, tell=click.echo)
    write_private(home() / "demo.json", json.dumps({"demo_users": users, "password": password}, indent=1))


main()
