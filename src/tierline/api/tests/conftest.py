"""One world for all tests of a module: they only ever add to it.

This file is read before the suite names its database, so what needs Django is imported inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.world import World
    from tierline.api.tests.caller import Caller


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    from django.test import TransactionTestCase  # noqa: PLC0415

    from tests.support.world import make_world  # noqa: PLC0415
    from tierline.plumbing import clock  # noqa: PLC0415

    with django_db_blocker.unblock():
        yield make_world(at=clock.now())
        TransactionTestCase._fixture_teardown(None)


@pytest.fixture
def call(world: World) -> Callable[..., Caller]:
    """``call("l2")``, ``call("l1", "abroad")``: that person's program."""
    from tierline.api.tests.caller import Caller  # noqa: PLC0415

    return lambda name="l1", place="home": Caller(getattr(world, place).keys[name])


@pytest.fixture
def rows(database_server: Any) -> Callable[[], dict[str, str]]:
    """Count and digest of each table's rows."""
    from tierline.api.tests.caller import every_row  # noqa: PLC0415

    return lambda: every_row(database_server.admin_url)
