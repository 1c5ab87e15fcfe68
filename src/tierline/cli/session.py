"""Django for a command: on the running instance's database, or on one started for this command alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tierline.cli import instance, steps
from tierline.plumbing import postgres
from tierline.plumbing.home import home


@contextmanager
def session() -> Iterator[postgres.Running]:
    """Import models only inside. The application's role is in force; the owner's URL is on the value given.

    Without a running instance the database is started, migrated, and stopped again at the end.
    Raises CannotStart: HomeBusy when another command does the same at this moment.
    """
    folder = home()
    with ExitStack() as stack:
        if os.environ.get(postgres.URL):
            running = postgres.ensure(folder)
        elif instance.running(folder) is not None:
            running = postgres.attach(folder)
        else:
            stack.enter_context(instance.held(folder))
            instance.clean_up(folder)
            running = postgres.ensure(folder)
            stack.callback(running.stop)
            steps.migrate(folder, running)
        os.environ.update(steps.environment(folder, running))
        stack.callback(_close_connections)
        import django

        django.setup()
        yield running


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
