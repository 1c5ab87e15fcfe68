"""``tierline status``: what runs, where, and who may sign in to the demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli import instance
from tierline.cli.demo_file import demo_users
from tierline.cli.history import total
from tierline.cli.words import say
from tierline.plumbing.home import home


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Say whether Tierline runs for this state folder, and where."""
    folder = home()
    told = status(folder)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if told["running"]:
        click.echo(say("running", url=told["url"], pid=told["pids"]["supervisor"]))
        database = told["database"]
        if database:
            click.echo(say("line_database", **database | {"pgvector": say("yes" if database["pgvector"] else "no")}))
    else:
        click.echo(say("not_running", path=folder))
    click.echo(say("line_home", path=folder))
    if told["demo_history"]["done"] < told["demo_history"]["days"]:
        click.echo(say("demo_history", **told["demo_history"]))
    if told["demo_users"]:
        click.echo(say("sign_ins"))
        for role, who in told["demo_users"].items():
            click.echo(f"  {role:<10} {who}")


def status(folder: Path) -> dict[str, Any]:
    """The JSON of ``status --json``: a contract, its keys are always there."""
    there = instance.running(folder)
    return {
        "running": there is not None,
        "ready": there is not None and there.ready,
        "url": there.url if there else None,
        "pids": {"supervisor": there.pid, **there.pids} if there else {},
        "database": (there.database or None) if there else None,
        "home": str(folder),
        "demo_users": demo_users(folder),
        "demo_history": dict(zip(("done", "days"), total(folder), strict=True)),
    }
