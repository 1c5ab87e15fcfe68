"""From the command line into the product: the running database, Django, and who acts."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from tierline.domain.errors import DomainError, EnterpriseRequired, NotFound
from tierline.plumbing import postgres
from tierline.plumbing.home import home


class NotRunning(DomainError):
    """The product's database does not answer; ``tierline up`` starts it."""

    code = "not_running"


def enter() -> None:
    """Make the product's rooms importable against the running database. Raises NotRunning."""
    if not os.environ.get(postgres.URL):
        os.environ[postgres.URL] = postgres.urls(home())[0]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")
    import django  # the command line starts fast without it
    from django.db import OperationalError, connection

    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError:
        raise NotRunning(home=str(home())) from None


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


def every_scope(enterprise: str | None) -> list[Any]:
    """A system actor per enterprise, for commands that look at the whole installation."""
    from tierline.accounts import queries as accounts
    from tierline.plumbing.actor import system

    rows = [row for row in accounts.every_enterprise() if enterprise in (None, row[2])]
    if enterprise is not None and not rows:
        raise NotFound(what="enterprise", value=enterprise)
    return [system(provider_id, (enterprise_id,), channel="cli") for provider_id, enterprise_id, _ in rows]


def show(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
