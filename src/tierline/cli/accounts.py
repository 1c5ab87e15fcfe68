"""``tierline accounts``: the first provider, enterprise and administrator of an installation without the demo."""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from tierline.cli import product
from tierline.cli.words import say
from tierline.domain.errors import Invalid
from tierline.domain.text import clean

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LEAST_PASSWORD = 8


@click.group()
def command() -> None:
    """Accounts. Exit codes: 0 done, 1 refused (reason on stderr), 2 wrong usage."""


@command.command("create-provider")
@click.option("--name", required=True, help="The provider's name, or the company's own where it serves itself.")
@click.option("--slug", required=True, help="Its short name in addresses: a-z, 0-9 and -.")
@click.option("--enterprise", required=True, help="Name of its first enterprise.")
@click.option("--enterprise-slug", default="", help="Short name of the enterprise; else the provider's.")
@click.option("--email", required=True, help="Sign-in of the first administrator.")
@click.option("--mailbox", default="", help="An address whose mail becomes tickets of the enterprise.")
@click.option("--zone", default="Asia/Shanghai", show_default=True)
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default="zh-hans", show_default=True)
@click.option("--password-stdin", is_flag=True, required=True, help="The password is the first line of stdin.")
def create_provider(
    name: str,
    slug: str,
    enterprise: str,
    enterprise_slug: str,
    email: str,
    mailbox: str,
    zone: str,
    language: str,
    password_stdin: bool,
) -> None:
    """Make a provider, its first enterprise with the shipped agreement, and an administrator."""
    password = sys.stdin.readline().rstrip("\r\n")
    own = enterprise_slug or slug
    _check(slug, own, email, password)
    product.enter()
    from django.db import IntegrityError

    from tierline.accounts import operations, queries, services
    from tierline.agreements import services as agreements
    from tierline.channels import services as channels
    from tierline.domain.calendars.zones import zone_of
    from tierline.plumbing import clock
    from tierline.plumbing.actor import system

    zone_of(zone)
    name, enterprise = clean(name, field="name", limit=200), clean(enterprise, field="enterprise", limit=200)
    if own in [row[2] for row in queries.every_enterprise()]:
        raise operations.AlreadyThere(what=own)
    if queries.candidates(email):
        raise operations.AlreadyThere(what=email)
    at = clock.now()
    kept: dict[str, Any] = {"zone": zone, "language": language, "at": at}
    try:
        provider_id = operations.create_provider(slug=slug, name=name, **kept)
    except IntegrityError:
        raise operations.AlreadyThere(what=slug) from None
    founder = system(provider_id, (), channel="cli")
    enterprise_id = services.add_enterprise(actor=founder, slug=own, name=enterprise, **kept)
    maker = system(provider_id, (enterprise_id,), channel="cli")
    # This year's public holidays and, once it is published, the next one's.
    years = (at.year, at.year + 1)
    agreements.set_up_enterprise(actor=maker, enterprise_id=enterprise_id, zone=zone, at=at, years=years)
    if mailbox:
        channels.add_mailbox(actor=maker, enterprise_id=enterprise_id, address=mailbox, name=enterprise, at=at)
    services.add_person(actor=maker, role="admin", email=email, name=email.split("@")[0], password=password, **kept)
    click.echo(say("provider_made", provider=slug, enterprise=own, email=email))


def _check(slug: str, own: str, email: str, password: str) -> None:
    """All that can be refused is refused before the first row is made."""
    for field, good in (
        ("slug", _SLUG.fullmatch(slug) and len(slug) <= 40),
        ("enterprise-slug", _SLUG.fullmatch(own) and len(own) <= 40),
        ("email", re.fullmatch(r"[^@\s]+@[^@\s]+", email)),
        ("password", len(password) >= _LEAST_PASSWORD),
    ):
        if not good:
            raise Invalid(field=field)
