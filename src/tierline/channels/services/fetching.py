"""Mail is taken off a server's folder: stored here first, marked there after, and never the other way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from tierline.channels import imap, oauth, sealing, setup
from tierline.channels.base import Raw
from tierline.channels.imap import FetchFailed, Server
from tierline.channels.models import Mailbox
from tierline.channels.models.mailbox import MOVE, XOAUTH2
from tierline.channels.services.receiving import MAX_BYTES, receive
from tierline.channels.services.relaying import token_of
from tierline.channels.services.states import remember_fetch
from tierline.channels.wording import say
from tierline.plumbing import clock, tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.home import home

BATCH, BATCH_BYTES = 50, 16 * 1024 * 1024
# After the server has numbered its messages anew, what came since shortly before the last look is read again.
OVERLAP = timedelta(days=2)
_SAY_EVERY = timedelta(minutes=1)
_BODY_FIELDS = re.compile(rb"(?im)^(?:content-[\w-]+|mime-version)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")


def mailbox(actor: Actor, mailbox_id: int) -> Mailbox:
    with tenancy.reading(actor):
        found: Mailbox = Mailbox.objects.get(id=mailbox_id)
        return found


def connected(actor: Actor, box: Mailbox) -> Server:
    """The mailbox's folder, open. A token that the server refuses is renewed once. Raises FetchFailed."""
    how = setup.of(box)
    try:
        password = sealing.opened(box.sealed).get(sealing.PASSWORD, "")
        if how.incoming.auth != XOAUTH2:
            return imap.connect(how.incoming, folder=how.folder, password=password)
        try:
            return imap.connect(how.incoming, folder=how.folder, token=token_of(actor, box))
        except FetchFailed as failed:
            if failed.facts["why"] != "login_refused":
                raise
            return imap.connect(how.incoming, folder=how.folder, token=token_of(actor, box, is_fresh=True))
    except (sealing.SecretUnreadable, oauth.TokenRefused, oauth.TokenUnanswered) as refused:
        raise FetchFailed(why=refused.code, reason=str(refused.facts.get("reason", ""))) from None


def look_in(actor: Actor, box: Mailbox) -> str:
    """Sign in, open the folder, leave. Raises FetchFailed."""
    connected(actor, box).close()
    return ""


def fetch_new(
    actor: Actor,
    box: Mailbox,
    server: Server,
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    limit: int = MAX_BYTES,
) -> int:
    """Take what is new; how many messages. At the first look that is what nobody has read yet.

    Of a message of more than ``limit`` bytes the header is taken.

    A crash at any point loses nothing: a message is marked and counted only when it is stored, and one that comes
    again is known by what it is. Raises FetchFailed.
    """
    is_known = box.uid_validity == server.uid_validity
    if is_known:
        uids = server.new_uids(box.last_uid)
    else:
        since = box.fetched_at - OVERLAP if box.uid_validity is not None and box.fetched_at else None
        uids = server.unseen_uids(since.date() if since else None)
    last, taken = box.last_uid if is_known else 0, 0
    for batch in _batches(server, uids, limit):
        if is_stopping():
            return taken
        _take(box, server, batch, limit)
        last, taken = batch[-1], taken + len(batch)
        _remember(actor, box, server, last)
    top = max(last, server.uid_next - 1)
    now = clock.now()
    if not is_known or top > box.last_uid or box.failure or box.fetched_at is None or now - box.fetched_at > _SAY_EVERY:
        _remember(actor, box, server, top)
    return taken


def _remember(actor: Actor, box: Mailbox, server: Server, last: int) -> None:
    box.uid_validity, box.last_uid, box.fetched_at, box.failure = server.uid_validity, last, clock.now(), ""
    remember_fetch(actor=actor, mailbox_id=box.id, uid_validity=box.uid_validity, last_uid=last, at=box.fetched_at)


def _batches(server: Server, uids: Sequence[int], limit: int) -> Iterator[list[int]]:
    """In order, at most so many messages and so many bytes at once."""
    for start in range(0, len(uids), 500):
        part = uids[start : start + 500]
        sizes = server.sizes(part)
        batch: list[int] = []
        held = 0
        for uid in part:
            size = sizes.get(uid, 0)
            if batch and (len(batch) == BATCH or held + size > BATCH_BYTES or size > limit):
                yield batch
                batch, held = [], 0
            batch.append(uid)
            held += size
            if size > limit:
                yield batch
                batch, held = [], 0
        if batch:
            yield batch


def _take(box: Mailbox, server: Server, batch: Sequence[int], limit: int) -> None:
    if len(batch) == 1 and server.sizes(batch).get(batch[0], 0) > limit:
        found = {uid: _without_body(head) for uid, head in server.bodies(batch, is_head=True).items()}
    else:
        found = server.bodies(batch)
    raws = [
        Raw(found[uid], source=f"imap:{box.id}/{server.uid_validity}/{uid}", envelope_to=(box.address,))
        for uid in batch
        if found.get(uid)
    ]
    receipts = receive(raws=raws, at=clock.now(), enterprise_id=box.enterprise_id)
    for receipt in receipts:
        if receipt.outcome == "refused":
            raise FetchFailed(why=receipt.reason, reason=receipt.source)
    server.finish(batch, after=box.after, move_to=box.move_to)


def _without_body(head: bytes) -> bytes:
    """A message too large to be taken: its header, and a word that the rest stayed on the server."""
    word = "\n".join(say("mail_left_on_server", language=language) for language in ("zh-hans", "en"))
    plain = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return plain + _BODY_FIELDS.sub(b"", head).rstrip(b"\r\n") + b"\r\n\r\n" + word.encode()


def place_of(box: Mailbox) -> Path:
    return home() / "incoming" / (box.folder or "inbox")


def fetch_files(actor: Actor, box: Mailbox) -> int:
    """Take the files of the mailbox's folder, oldest name first; how many. A file that is taken is removed, or moved.

    Who puts them there writes under a name that begins with a dot and renames: nothing half-written is taken.
    """
    place = place_of(box)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = sorted(p for p in place.iterdir() if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    for start in range(0, len(files), BATCH):
        part = files[start : start + BATCH]
        raws = [Raw(p.read_bytes(), source=f"folder:{p.name}", envelope_to=(box.address,)) for p in part]
        receipts = receive(raws=raws, at=clock.now(), enterprise_id=box.enterprise_id)
        for file, receipt in zip(part, receipts, strict=True):
            _finish_file(file, place / (".refused" if receipt.outcome == "refused" else ".taken"), box.after)
    now = clock.now()
    if files or box.failure or box.fetched_at is None or now - box.fetched_at > _SAY_EVERY:
        box.fetched_at, box.failure = now, ""
        remember_fetch(actor=actor, mailbox_id=box.id, at=now)
    return len(files)


def _finish_file(file: Path, aside: Path, after: str) -> None:
    if after != MOVE and aside.name == ".taken":
        file.unlink()
        return
    aside.mkdir(mode=0o700, exist_ok=True)
    file.replace(aside / file.name)
