"""The command ``tierline``: a table of commands, each loaded only when it is asked for."""

from __future__ import annotations

import errno
import importlib
import importlib.util
import os
from pathlib import Path

import click

from tierline.cli import words
from tierline.domain.errors import DomainError
from tierline.plumbing.home import home

# name -> module with a click command named ``command``; its line in --help is ``help_<name>`` in words.py.
COMMANDS = {
    "up": "tierline.cli.up",
    "down": "tierline.cli.down",
    "status": "tierline.cli.status",
    "knowledge": "tierline.cli.knowledge",
    "keys": "tierline.cli.keys",
    "accounts": "tierline.cli.accounts",
    "tickets": "tierline.cli.tickets",
    "mail": "tierline.cli.mail",
    "seed": "tierline.cli.seed",
    "clocks": "tierline.cli.clocks",
    "audit": "tierline.cli.audit",
    "sla": "tierline.cli.sla",
    "triage": "tierline.cli.triage",
    "answer": "tierline.cli.answer",
    "calendars": "tierline.cli.calendars",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, module in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words.say(f"help_{name}")) for name in self.list_commands(ctx)])

    def get_help(self, ctx: click.Context) -> str:
        self.help = words.say("help_main")
        return super().get_help(ctx)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as refused:
            click.echo(words.sentence(refused), err=True)
        except OSError as wrong:
            if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
                click.echo(words.say("disk_full", path=wrong.filename or home()), err=True)
            elif isinstance(wrong, PermissionError) and _is_in(home(), wrong.filename):
                reason = os.strerror(wrong.errno or 0)
                click.echo(words.say("home_unwritable", path=home(), reason=reason), err=True)
            else:
                raise
        return ctx.exit(1)


def _is_in(folder: Path, name: object) -> bool:
    return isinstance(name, str) and Path(name).is_relative_to(folder)


@click.group(cls=_Lazy)
@click.version_option(package_name="tierline")
def main() -> None:
    pass
