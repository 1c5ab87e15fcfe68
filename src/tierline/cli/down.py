"""``tierline down``: end the running instance, from any terminal."""

from __future__ import annotations

import os
import signal

import click
import psutil

from tierline.cli import instance
from tierline.cli.words import say
from tierline.plumbing.home import CannotStart, home, logs

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
        os.kill(there.pid, signal.SIGTERM)
        process.wait(_STOPPED_WITHIN)
    except (psutil.NoSuchProcess, ProcessLookupError):
        pass
    except psutil.TimeoutExpired:
        raise NotStopped(pid=there.pid, seconds=_STOPPED_WITHIN, path=str(logs(folder))) from None
    click.echo(say("stopped"))
