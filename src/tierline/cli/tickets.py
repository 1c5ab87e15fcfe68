"""``tierline tickets``: tickets without a page."""

from __future__ import annotations

import sys
from typing import Any

import click

from tierline.cli import product
from tierline.cli.tickets_import import import_
from tierline.cli.words import say

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
_ENTERPRISE = click.option("--enterprise", metavar="SLUG", help="Needed where there are several enterprises.")


@click.group()
def command() -> None:
    """Tickets. Exit codes: 0 done, 1 refused (reason on stderr), 3 differences found, 2 wrong usage."""


command.add_command(import_)


@command.command("open")
@_ENTERPRISE
@click.option("--requester", required=True, metavar="EMAIL")
@click.option("--subject", default="")
@click.option("--text", required=True, help="- reads standard input.")
@click.option("--customer", help="End customer: name or id.")
@click.option("--service", default="", help="Code in the service catalogue.")
@click.option("--asset", default="", help="Asset tag.")
@click.option("--impact", default="")
@click.option("--urgency", default="")
@_JSON
def open_(enterprise: str | None, text: str, requester: str, as_json: bool, **told: Any) -> None:
    """Open one ticket."""
    product.enter()
    from tierline.desk import services
    from tierline.desk.operations import NewTicket
    from tierline.domain.errors import DomainError
    from tierline.plumbing import clock

    actor = product.system_actor(enterprise)
    said = sys.stdin.read() if text == "-" else text
    customer = told.pop("customer")
    item = NewTicket(
        enterprise_id=actor.enterprises[0],
        text=said,
        requester_email=requester,
        channel="cli",
        customer=int(customer) if customer and customer.isdecimal() else customer,
        **told,
    )
    made = services.open_tickets(actor=actor, items=[item], at=clock.now())[0]
    if isinstance(made, DomainError):
        raise made
    _print(actor, made, as_json)


@command.command()
@_ENTERPRISE
@click.argument("number")
@_JSON
def show(enterprise: str | None, number: str, as_json: bool) -> None:
    """One ticket with its clocks and history. NUMBER: TK-7, 7, or its id."""
    product.enter()
    from tierline.plumbing import tenancy

    actor = product.reading_actor(enterprise)
    with tenancy.reading(actor):
        found = product.ticket(actor, number)
    _print(actor, found, as_json, history=True)


@command.command("list")
@_ENTERPRISE
@click.option("--view", default="recent", show_default=True)
@click.option("--state", default="")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@click.option("--cursor", default="")
@_JSON
def list_(enterprise: str | None, view: str, state: str, limit: int, cursor: str, as_json: bool) -> None:
    """A page of tickets, newest first (``--view queue``: least time left first)."""
    product.enter()
    from tierline.desk import queries
    from tierline.plumbing import tenancy

    actor = product.reading_actor(enterprise)
    with tenancy.reading(actor):
        page = queries.page(actor, queries.Filter(view=view, state=state), cursor=cursor, limit=limit)
    if as_json:
        product.show({"tickets": [_row(t) for t in page.tickets], "next_cursor": page.next_cursor})
        return
    for ticket in page.tickets:
        click.echo(f"{ticket.number:<12} {ticket.priority}  {ticket.state:<9} L{ticket.tier}  {ticket.subject}")
    code = "more_list" if page.next_cursor else "sum_list"
    click.echo(say(code, tickets=len(page.tickets), cursor=page.next_cursor))


@command.command()
@_ENTERPRISE
@click.option("--check", is_flag=True, required=True, help="Compare every row with the fold of its events.")
@_JSON
@click.pass_context
def replay(ctx: click.Context, enterprise: str | None, check: bool, as_json: bool) -> None:
    """Prove that the ticket rows are what the events say.

    Exit codes: 0 they are, 1 refused, 3 differences found, 2 wrong usage.
    """
    product.enter()
    from tierline.desk import queries
    from tierline.desk.queries.replay import differences
    from tierline.plumbing import tenancy

    found, looked = [], 0
    for actor in product.every_scope(enterprise):
        with tenancy.reading(actor):
            looked += sum(1 for _ in queries.all_ids(actor))
            found += list(differences(actor))
    if as_json:
        rows = [{"ticket": d.number, "column": d.column, "stored": d.stored, "replayed": d.replayed} for d in found]
        product.show({"tickets": looked, "differences": rows})
    else:
        for d in found:
            told = {"stored": repr(d.stored), "replayed": repr(d.replayed)}
            click.echo(say("difference", ticket=d.number, column=d.column, **told))
        click.echo(say("sum_replay", tickets=looked, differences=len(found)))
    ctx.exit(3 if found else 0)


def _row(ticket: Any) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "priority": ticket.priority,
        "tier": ticket.tier,
        "assignee": ticket.assignee_id,
        "version": ticket.version,
        "opened_at": ticket.opened_at.isoformat(),
    }


def _print(actor: Any, ticket: Any, as_json: bool, *, history: bool = False) -> None:
    from tierline.desk import queries
    from tierline.plumbing import clock, tenancy

    with tenancy.reading(actor):
        clocks = queries.readings(actor, ticket, at=clock.now())
        events = queries.events(actor, ticket) if history else []
    if as_json:
        shown = {**_row(ticket), "clocks": [c.to_json() for c in clocks]}
        if history:
            shown["events"] = [
                {"seq": e.seq, "at": e.occurred_at.isoformat(), "type": e.type, "by": e.actor_role, **e.payload}
                for e in events
            ]
        product.show(shown)
        return
    click.echo(f"{ticket.number}  {ticket.priority}  {ticket.state}  L{ticket.tier}  {ticket.subject}")
    for reading in clocks:
        due = reading.due_at.isoformat() if reading.due_at else "-"
        click.echo(f"  {reading.kind:<22} {reading.state:<10} due {due}")
    for event in events:
        click.echo(f"  {event.occurred_at.isoformat()}  {event.type:<18} {event.actor_role}")
