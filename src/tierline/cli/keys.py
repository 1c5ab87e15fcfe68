"""``tierline keys``: API keys."""

from __future__ import annotations

import click

from tierline.cli import product
from tierline.domain.errors import EnterpriseRequired, NotFound


@click.group()
def command() -> None:
    """API keys. Exit codes: 0 done, 1 refused (reason on stderr), 2 wrong usage."""


@command.command()
@click.option("--user", required=True, metavar="EMAIL", help="The person the key acts as.")
@click.option("--enterprise", metavar="SLUG", help="Where an address is known to several enterprises.")
@click.option("--label", default="", help="What the key is for.")
@click.option("--json", "as_json", is_flag=True, help='Print {"key": ...}.')
def create(user: str, enterprise: str | None, label: str, as_json: bool) -> None:
    """Make a key and print it once; only its digest is kept."""
    product.enter()
    from tierline.accounts import queries, services
    from tierline.plumbing import clock
    from tierline.plumbing.actor import system

    portal = queries.portal(slug=enterprise) if enterprise else None
    found = queries.candidates(user, enterprise_id=portal.enterprise_id if portal else None)
    if not found:
        raise NotFound(what="person", value=user)
    if len(found) > 1:
        raise EnterpriseRequired(email=user)
    person = found[0]
    reach = () if person.enterprise_id is None else (person.enterprise_id,)
    operator = system(person.provider_id, reach, channel="cli")
    key = services.create_key(actor=operator, person_id=person.person_id, label=label, at=clock.now())
    if as_json:
        product.show({"key": key})
    else:
        click.echo(key)
