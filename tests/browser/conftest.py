"""One product and one Chromium for all of this folder; the product shows the demo's present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

from tests.support.browser import chromium

if TYPE_CHECKING:
    from tests.support.running import Product


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def running(browser: Browser) -> Iterator[Product]:
    """After the browser: without one nothing is started."""
    from tests.support.running import product  # noqa: PLC0415 - this file is read before Django has settings

    with product() as started:
        yield started


@pytest.fixture(scope="package")
def found(running: Product) -> Mapping[str, str]:
    from tests.browser.world import slots  # noqa: PLC0415 - as above

    return slots(running)
