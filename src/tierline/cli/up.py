"""``tierline up``: one foreground process that runs the database, the pages and the work behind them."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

import click

from tierline.cli import history, instance, steps, supervisor
from tierline.cli.demo_file import demo_password, demo_users
from tierline.cli.signals import Stop, Wake, signals
from tierline.cli.supervisor import ChildFailed, Supervisor
from tierline.cli.words import say, sentence
from tierline.domain.errors import DomainError
from tierline.plumbing.home import CannotStart, home


class PortTaken(CannotStart):
    code = "port_taken"


class PortForbidden(CannotStart):
    """The kernel keeps it for root."""

    code = "port_forbidden"


class PortUnusable(CannotStart):
    """No address of this machine, or another ``reason`` of the kernel's."""

    code = "port_unusable"


@click.command()
@click.option("--demo", is_flag=True, help="Build demo data and print its sign-ins.")
@click.option(
    "--demo-days",
    type=click.IntRange(0, 366),
    default=92,
    show_default=True,
    help="Days of history behind the demo; 0 leaves only what is going on now.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def command(demo: bool, demo_days: int, port: int, host: str) -> None:
    """Start PostgreSQL, web and worker in the foreground; Ctrl-C stops them."""
    folder = home()
    with signals() as wake:
        try:
            with instance.held(folder):
                _run(Supervisor(folder, host, port, tell=_tell), wake, days=demo_days if demo else None)
        except Stop:
            click.echo(say("stopped"))


def _run(over: Supervisor, wake: Wake, *, days: int | None) -> None:
    try:
        _start(over, wake, days=days)
        over.watch(wake)
    except Stop:
        click.echo(f"\n{say('stopping')}")
        raise
    except ChildFailed as failed:
        for line in failed.facts["lines"]:
            click.echo(f"    {line}", err=True)
        raise
    finally:
        over.stop()


def _start(over: Supervisor, wake: Wake, *, days: int | None) -> None:
    """``days``: of the demo's history; None without a demo."""
    demo = days is not None
    if instance.recorded(over.home) is not None:
        _step("step_leftovers", lambda: (instance.clean_up(over.home), say("done"))[1])
    _require_port(over.host, over.port)
    click.echo(f"{say('step_home')} … {over.home}")
    _step("step_database", lambda: say("database_here", **supervisor.describe(over.start_database())))
    running = over.database
    assert running is not None
    _step("step_migrate", lambda: say("done" if steps.migrate(over.home, running) else "up_to_date"))
    if demo and steps.has_demo():
        _step("step_demo", lambda: say("done" if steps.build_demo(over.home, running, days or 0) else "kept"))
    elif demo:
        click.echo(say("demo_absent"))
    _step("step_serve", lambda: _serve(over, wake))
    click.echo(f"\n{say('ready', url=over.url)}")
    if demo:
        _print_sign_ins(over.home)
    click.echo(say("stop_hint"))
    if demo:
        history.start(over, _say_history)


def _say_history(done: int, days: int) -> None:
    click.echo(say("demo_history" if done < days else "demo_history_done", done=done, days=days))


def _require_port(host: str, port: int) -> None:
    wrong = supervisor.why_not_listen(host, port)
    if wrong is None:
        return
    if wrong.errno == errno.EADDRINUSE:
        raise PortTaken(host=host, port=port)
    if wrong.errno == errno.EACCES:
        raise PortForbidden(host=host, port=port)
    raise PortUnusable(host=host, port=port, reason=wrong.strerror or str(wrong))


def _serve(over: Supervisor, wake: Wake) -> str:
    assert over.database is not None
    over.start_children(supervisor.web_and_worker(over, over.database))
    over.wait_until_ready(wake)
    return say("done")


def _print_sign_ins(folder: Path) -> None:
    password = demo_password(folder)
    click.echo(say("sign_ins") + (f" ({say('password', password=password)})" if password else ""))
    for role, who in demo_users(folder).items():
        click.echo(f"  {role:<10} {who}")


def _step(code: str, act: Callable[[], str]) -> None:
    began = time.monotonic()
    click.echo(f"{say(code)} … ", nl=False)
    try:
        result = act()
    except BaseException:
        click.echo()
        raise
    click.echo(f"{result} ({time.monotonic() - began:.1f} s)")


def _tell(what: str | DomainError, **facts: object) -> None:
    click.echo(sentence(what) if isinstance(what, DomainError) else say(what, **facts))
