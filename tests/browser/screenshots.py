"""``make screenshots [ONLY=name]``: every page of the table, in both languages and themes, wide and narrow."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings.test")

import click
import django

django.setup()

from tests.browser.pages import PAGES, Shown  # noqa: E402 - Django first
from tests.browser.world import slots  # noqa: E402
from tests.support.browser import HEIGHT, LANGUAGES, THEMES, Visitor, chromium, visitor  # noqa: E402
from tests.support.running import product  # noqa: E402

_WIDTHS = (1440, 390)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--only", default="", help="Pages whose name contains this.")
@click.option("--demo-days", default=10, show_default=True)
def main(folder: Path, only: str, demo_days: int) -> None:
    """Draw the pages into FOLDER, as NAME-LANGUAGE-THEME-WIDTH.png."""
    wanted = [page for page in PAGES if only in page.name]
    with chromium() as browser, product(days=demo_days) as running:
        found = slots(running)
        for part in dict.fromkeys(page.who for page in wanted):
            with visitor(browser, running.url) as somebody:
                if part is not None:
                    somebody.enter(part)
                for page in (page for page in wanted if page.who == part):
                    for file in _drawn(somebody, page, page.path.format_map(found), folder):
                        click.echo(file)


def _drawn(somebody: Visitor, shown: Shown, path: str, folder: Path) -> Iterator[Path]:
    for language in LANGUAGES:
        for theme in THEMES:
            somebody.prefers(language=language, theme=theme)
            for width in _WIDTHS:
                somebody.page.set_viewport_size({"width": width, "height": HEIGHT})
                page = somebody.go(path)
                file = folder / f"{shown.name}-{language}-{theme}-{width}.png"
                page.screenshot(path=file, full_page=width < _WIDTHS[0])
                yield file


if __name__ == "__main__":
    sys.exit(main())
