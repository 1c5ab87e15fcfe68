"""``tierline mail listen``: mail servers hand messages to us over SMTP or LMTP."""

from __future__ import annotations

import asyncio
import signal

import click

from tierline.cli import product


@click.command()
@click.argument("place", nargs=-1, metavar="[smtp://HOST:PORT | lmtp://HOST:PORT | lmtp:///PATH]...")
def listen(place: tuple[str, ...]) -> None:
    """Take mail over SMTP or LMTP until stopped; without a place, where TIERLINE_MAIL_LISTEN says.

    A message is acknowledged when it is stored. Recipients that are no mailboxes of ours are refused.
    """
    product.enter()
    from django.conf import settings

    from tierline.channels.services.listening import Limits, Listener, ListenInvalid, places

    where = places(",".join(place) or str(settings.MAIL_INTAKE["listen"]))
    if not where:
        raise ListenInvalid(value="")
    listener = Listener(where, Limits.of(settings.MAIL_INTAKE))

    def ready() -> None:
        for bound in listener.bound:
            click.echo(str(bound))

    async def serve() -> None:
        stop = asyncio.Event()
        for asked in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(asked, stop.set)
        await listener.serve(stop, ready)

    asyncio.run(serve())
