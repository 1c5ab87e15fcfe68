"""From the command line into the product: the running database, Django, and who acts."""

from __future__ import annotations

import json
import os
from typing import Any

import click
import psycopg

from tierline.cli import instance
from tierline.domain.errors import DomainError, EnterpriseRequired, NotFound
from tierline.plumbing import postgres
from tierline.plumbing.home import home
from tierline.plumbing.postgres import outside
from tierline.plumbing.postgres.place import is_made

_LARGEST_ID = 2**63 - 1


class NotRunning(DomainError):
    """The product's database does not answer; ``tierline up`` starts it."""

    code = "not_running"


def enter() -> None:
    """Make the product's rooms importable against the running database; nothing is made where none runs.

    Raises NotRunning, HomeUnwritable, and of an outside database ServerUnreachable or ServerTooOld.
    """
    if os.environ.get(postgres.URL):
        outside.check(os.environ[postgres.URL])
    else:
        os.environ[postgres.URL] = _own_url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")
    import django  # the command line starts fast without it

    django.setup()


def _own_url() -> str:
    # Asked before Django is there: its pool would try for ten seconds and log every attempt.
    folder = home()
    if not is_made(folder):
        raise NotRunning(path=str(folder))
    if instance.running(folder) is not None:
        return postgres.attach(folder).app_url  # waits while a killed server is being started again
    url = postgres.urls(folder)[0]
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        raise NotRunning(path=str(folder)) from None
    return url


def system_actor(enterprise: str | None) -> Any:
    """The operator of this machine, within one enterprise (``--enterprise SLUG``) or the only one there is."""
    from tierline.accounts import queries as accounts
    from tierline.plumbing.actor import system

    every = accounts.every_enterprise()
    chosen = [row for row in every if enterprise in (None, row[2])]
    if not chosen:
        raise NotFound(what="enterprise", value=enterprise)
    if len(chosen) > 1:
        raise EnterpriseRequired(enterprises=[row[2] for row in chosen])
    provider_id, enterprise_id, _ = chosen[0]
    return system(provider_id, (enterprise_id,), channel="cli")


def reading_actor(enterprise: str | None) -> Any:
    """The operator who only looks: at one enterprise, or at all of the only provider there is."""
    from tierline.accounts import queries as accounts
    from tierline.plumbing.actor import system

    every = [row for row in accounts.every_enterprise() if enterprise in (None, row[2])]
    if not every:
        raise NotFound(what="enterprise", value=enterprise)
    if len({provider_id for provider_id, _, _ in every}) > 1:
        raise EnterpriseRequired(enterprises=[row[2] for row in every])
    return system(every[0][0], tuple(row[1] for row in every), channel="cli")


def every_scope(enterprise: str | None) -> list[Any]:
    """A system actor per enterprise, for commands that look at the whole installation."""
    from tierline.accounts import queries as accounts
    from tierline.plumbing.actor import system

    rows = [row for row in accounts.every_enterprise() if enterprise in (None, row[2])]
    if enterprise is not None and not rows:
        raise NotFound(what="enterprise", value=enterprise)
    return [system(provider_id, (enterprise_id,), channel="cli") for provider_id, enterprise_id, _ in rows]


def ticket(actor: Any, given: str) -> Any:
    """The ticket called TK-7, or 7, or whose id is 7 where no number is. Raises NotFound."""
    from tierline.desk import queries

    bare = given.strip()
    if not (bare.isascii() and bare.isdecimal()):
        return queries.ticket_numbered(actor, bare)
    try:
        return queries.ticket_numbered(actor, f"TK-{bare}")
    except NotFound:
        if int(bare) > _LARGEST_ID:
            raise
        return queries.ticket(actor, int(bare))


def show(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
