"""``tierline audit``: proof that nobody edited the record."""

from __future__ import annotations

import click

from tierline.cli import product
from tierline.cli.words import say


@click.group()
def command() -> None:
    """The audit record. Exit codes: 0 unbroken, 1 refused, 3 faults found, 2 wrong usage."""


@command.command()
@click.option("--enterprise", metavar="SLUG")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def verify(ctx: click.Context, enterprise: str | None, as_json: bool) -> None:
    """Recompute every hash of every chain, and every event's digest against its chain.

    Exit codes: 0 unbroken, 1 refused, 3 faults found, 2 wrong usage.
    """
    product.enter()
    from tierline.audit import queries
    from tierline.desk.queries import replay
    from tierline.plumbing import tenancy

    faults: list[dict[str, object]] = []
    entries = 0
    for actor in product.every_scope(enterprise):
        with tenancy.reading(actor):
            entries += queries.count()
            faults += [{"chain": f.chain, "seq": f.seq, "what": f.what} for f in queries.faults()]
            faults += [{"chain": f"ticket:{t.ticket_id}", "event": t.seq, "what": t.what} for t in replay.tampered()]
    if as_json:
        product.show({"entries": entries, "faults": faults})
    else:
        for fault in faults:
            click.echo("  ".join(f"{name}={value}" for name, value in fault.items()))
        click.echo(say("sum_audit", entries=entries, faults=len(faults)))
    ctx.exit(3 if faults else 0)
