"""``tierline seed``: very many tickets with true histories, for tests and benches."""

from __future__ import annotations

import time

import click

from tierline.cli import product

BATCH = 1000


@click.command()
@click.option("--tickets", "count", type=click.IntRange(1, 10_000_000), required=True)
@click.option("--enterprise", metavar="SLUG")
@click.option("--seed", "number", default=1, show_default=True, help="The same number makes the same tickets.")
def command(count: int, enterprise: str | None, number: int) -> None:
    """Make tickets in sets of 1,000, most of them long archived. Shows its progress; can be stopped any time."""
    product.enter()
    from tierline.demo import services
    from tierline.plumbing import clock

    actor = product.system_actor(enterprise)
    began, made = time.monotonic(), 0
    while made < count:
        size = min(BATCH, count - made)
        services.add_crowd(actor=actor, count=size, start=made, count_all=count, number=number, now=clock.now())
        made += size
        rate = made / (time.monotonic() - began)
        click.echo(f"\r{made:,} / {count:,}  {rate:,.0f}/s", nl=False, err=True)
    click.echo(err=True)
    click.echo(f"{made}")
