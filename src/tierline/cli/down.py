"""``tierline down``: end the running instance, from any terminal."""

from __future__ import annotations

import signal

import click
import psutil

from tierline.cli import instance
from tierline.cli.words import say
from tierline.plumbing.home import CannotStart, home, logs
from tierline.plumbing.postgres.ending import still_there

_STOPPED_WITHIN = 120  # seconds: web, worker and a fast shutdown each have their own, shorter limit


class NotStopped(CannotStart):
    code = "not_stopped"


@click.command()
def command() -> None:
    """Stop web, worker and PostgreSQL of this state folder."""
    folder = home()
    there = instance.running(folder)
    if there is None:
        if instance.recorded(folder) is not None:
            with instance.held(folder):
                instance.clean_up(folder)
        click.echo(say("not_running", path=folder))
        return
    try:
        process = psutil.Process(there.pid)
        process.send_signal(signal.SIGTERM)
        if still_there([process], within=_STOPPED_WITHIN):
            raise NotStopped(pid=there.pid, seconds=_STOPPED_WITHIN, path=str(logs(folder)))
    except psutil.NoSuchProcess:
        pass
    click.echo(say("stopped"))
