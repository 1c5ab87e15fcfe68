"""``tierline clocks``: an independent look at every open clock."""

from __future__ import annotations

import click

from tierline.cli import product
from tierline.cli.words import say


@click.group()
def command() -> None:
    """SLA clocks. Exit codes: 0 all as it should be, 1 refused, 3 faults found, 2 wrong usage."""


@command.command()
@click.option("--enterprise", metavar="SLUG")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def audit(ctx: click.Context, enterprise: str | None, as_json: bool) -> None:
    """Recompute all open clocks from the events and report what should have happened and did not.

    Exit codes: 0 all as it should be, 1 refused, 3 faults found, 2 wrong usage.
    """
    product.enter()
    from tierline.desk.queries import audits
    from tierline.plumbing import clock, tenancy

    now, faults, tickets = clock.now(), [], 0
    for actor in product.every_scope(enterprise):
        with tenancy.reading(actor):
            found, looked = audits.clock_faults(actor, at=now)
        faults += found
        tickets += looked
    if as_json:
        product.show({"tickets": tickets, "faults": [fault.to_json() for fault in faults]})
    else:
        for fault in faults:
            click.echo(f"{fault.ticket}  {fault.what}  {fault.clock}  {fault.due_at.isoformat()}")
        click.echo(say("sum_clocks", tickets=tickets, faults=len(faults)))
    ctx.exit(3 if faults else 0)
