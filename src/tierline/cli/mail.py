"""``tierline mail``: what the desk reads in a message, without a database and without keeping anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tierline.channels.base import Inbound, Raw, Unreadable
from tierline.channels.types.email import adapter
from tierline.channels.types.email.charset import decode
from tierline.channels.types.email.separation import Separated, separate, separate_html
from tierline.cli.mail_listen import listen
from tierline.cli.mail_receive import receive

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of words.")
_FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...|-")


@click.group()
def mail() -> None:
    """Mail messages and bodies in files."""


@mail.command()
@_FILES
@_JSON
@click.pass_context
def show(ctx: click.Context, files: tuple[str, ...], as_json: bool) -> None:
    """Say what is in RFC 5322 messages: people, thread, visible reply, files, and whether a machine wrote them.

    - reads standard input. Exit codes: 0 all were read, 1 at least one was not (the reason is on stderr), 2 wrong
    usage.
    """
    is_complete = True
    for name, body in _bodies(files):
        try:
            if isinstance(body, OSError):
                raise Unreadable(why=body.strerror or str(body))
            (message,) = adapter.parse(Raw(body, source=name))
        except Unreadable as refused:
            click.echo(f"{name}: {refused}", err=True)
            is_complete = False
        else:
            _put(message_values(name, message), as_json=as_json)
    ctx.exit(0 if is_complete else 1)


@mail.command("separate")
@_FILES
@click.option("--html", "is_html", is_flag=True, help="The files hold HTML instead of plain text.")
@_JSON
@click.pass_context
def separate_command(ctx: click.Context, files: tuple[str, ...], is_html: bool, as_json: bool) -> None:
    """Part bare message bodies into the new text, what it repeats, and the signature.

    - reads standard input. Exit codes as for show.
    """
    is_complete = True
    for name, body in _bodies(files):
        if isinstance(body, OSError):
            click.echo(f"{name}: {body.strerror or body}", err=True)
            is_complete = False
        else:
            text = decode(body)
            _put(_separated_values(name, separate_html(text) if is_html else separate(text)), as_json=as_json)
    ctx.exit(0 if is_complete else 1)


def message_values(name: str, message: Inbound) -> dict[str, Any]:
    """The order of the keys is the order in which they are shown."""
    automated = message.automated
    return {
        "file": name,
        "subject": message.subject,
        "from": str(message.sender),
        "to": [str(party) for party in message.to],
        "cc": [str(party) for party in message.cc],
        "date": _instant(message.sent_at),
        "message_id": message.message_id,
        "references": list(message.references or message.in_reply_to),
        "text": message.text,
        "quoted": message.quoted,
        "signature": message.signature,
        "attachments": [
            {"name": file.name, "type": file.declared_type, "size": file.size} for file in message.attachments
        ],
        "automated": automated.kind if automated else None,
        "bounce": automated is not None and automated.kind in ("bounce", "dsn"),
    }


def _separated_values(name: str, said: Separated) -> dict[str, Any]:
    return {"file": name, "text": said.text, "quoted": said.quoted, "signature": said.signature}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def _bodies(files: tuple[str, ...]) -> Iterator[tuple[str, bytes | OSError]]:
    for name in files:
        try:
            yield name, sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as wrong:
            yield name, wrong


def _put(values: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False).encode())
        return
    for name, value in values.items():
        shown = "\n".join(map(_shown, value)) if isinstance(value, list) else _shown(value)
        indented = shown.replace("\n", "\n    ")
        click.echo(f"{name}: {indented}".rstrip().encode())
    click.echo()


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['name']} ({value['type']}, {value['size']})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


mail.add_command(receive)
mail.add_command(listen)

# The name by which the table of commands finds it.
command = mail
