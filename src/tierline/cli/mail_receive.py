"""``tierline mail receive``: messages from files into the desk, durable before anything is said of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tierline.cli import product, words

_BATCH = 200
_BATCH_BYTES = 32 * 1024 * 1024
_UNTAKEN = "refused"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
@click.option("--enterprise", metavar="SLUG", help="Whose mail it is, where no address of a message says so.")
@click.option("--mailbox", metavar="ADDRESS", default="", help="The mailbox that all of it was delivered to.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of words.")
@click.pass_context
def receive(ctx: click.Context, files: tuple[str, ...], enterprise: str | None, mailbox: str, as_json: bool) -> None:
    """Take RFC 5322 messages from files, folders of files, or - for standard input; say what became of each.

    Each ends as a ticket, as a reply on its ticket, or parked with a reason, and its original is kept. Of a folder
    with .eml files only these are taken, of any other all files; hidden files and folders are passed over.

    Exit codes: 0 all were taken, 1 at least one was not (its line says why; nothing of it was kept), 2 wrong usage.
    """
    product.enter()
    scope = product.system_actor(enterprise).enterprises[0] if enterprise else None
    messages = taken = 0
    for name, body in _in_batches(files):
        for line in _handed_in(name, body, scope, mailbox):
            messages += 1
            taken += line["outcome"] != _UNTAKEN
            if as_json:
                product.show(line)
            else:
                click.echo(_sentence(line))
        # What was said of a message has been committed: a reader of the pipe sees it now.
        sys.stdout.flush()
    if not as_json:
        click.echo(words.say("sum_mail", taken=taken, messages=messages))
    ctx.exit(0 if taken == messages else 1)


def _in_batches(files: tuple[str, ...]) -> Iterator[tuple[list[str], list[bytes | OSError]]]:
    names: list[str] = []
    bodies: list[bytes | OSError] = []
    size = 0
    for name in _names(files):
        body = _body(name)
        names.append(name)
        bodies.append(body)
        size += 0 if isinstance(body, OSError) else len(body)
        if len(names) >= _BATCH or size >= _BATCH_BYTES:
            yield names, bodies
            names, bodies, size = [], [], 0
    if names:
        yield names, bodies


def _names(files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        if name != "-" and Path(name).is_dir():
            yield from _in_folder(Path(name))
        else:
            yield name


def _in_folder(folder: Path) -> list[str]:
    """Every file below it, but nothing hidden; only the .eml files as soon as there is one."""
    shown = [path for path in sorted(folder.rglob("*")) if not _is_hidden(path.relative_to(folder)) and path.is_file()]
    mails = [path for path in shown if path.suffix.lower() == ".eml"]
    return [str(path) for path in mails or shown]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _body(name: str) -> bytes | OSError:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as wrong:
        return wrong


def _handed_in(
    names: list[str], bodies: list[bytes | OSError], scope: int | None, mailbox: str
) -> Iterator[dict[str, Any]]:
    from tierline.channels import services
    from tierline.plumbing import clock

    to = (mailbox,) if mailbox else ()
    readable = [(n, b) for n, b in zip(names, bodies, strict=True) if isinstance(b, bytes)]
    raws = [services.Raw(body, source=name, envelope_to=to) for name, body in readable]
    receipts = iter(services.receive(raws=raws, at=clock.now(), enterprise_id=scope))
    for name, body in zip(names, bodies, strict=True):
        if isinstance(body, OSError):
            yield _line(name, _UNTAKEN, body.strerror or "unreadable_file")
            continue
        told = next(receipts)
        yield _line(name, told.outcome, told.reason, told.number or None, told.ticket_id, told.delivery_id)


def _line(
    name: str,
    outcome: str,
    reason: str = "",
    number: str | None = None,
    ticket_id: int | None = None,
    delivery_id: int | None = None,
) -> dict[str, Any]:
    return {
        "file": name.encode("utf-8", "replace").decode(),
        "outcome": outcome,
        "reason": reason or None,
        "ticket": number,
        "ticket_id": ticket_id,
        "delivery": delivery_id,
    }


def _sentence(line: dict[str, Any]) -> str:
    code = f"mail_{line['outcome']}"
    outcome = words.say(code) if code in words.WORDS else line["outcome"]
    if line["outcome"] in ("ticket", "reply"):
        reason = f" ({line['reason']})" if line["reason"] else ""
        return f"{line['file']}: {outcome} {line['ticket']}{reason}"
    why = _why(line["reason"] or line["outcome"])
    number = f" {line['ticket']}" if line["ticket"] else ""
    return f"{line['file']}: {outcome}{number}: {why}"


def _why(reason: str) -> str:
    from django.utils.translation import gettext, override

    with override("zh-hans" if words.is_chinese() else "en"):
        for key in (f"message.parked_{reason}", f"error.{reason}"):
            said = gettext(key)
            if said != key and "{" not in said:
                return f"{reason} ({said})"
    return reason
