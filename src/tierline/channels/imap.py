"""A server's folder over IMAP: what is new in it, its bytes, and what becomes of a message there once it is ours."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.utils import encode_folder

from tierline.channels.models.mailbox import MOVE
from tierline.channels.setup import Line
from tierline.domain.errors import DomainError

TIMEOUT = 30.0
# A quiet IDLE is renewed after so many seconds: address translators forget silent connections.
RENEW_SECONDS = 9 * 60.0
_SLICE_SECONDS = 5.0
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class FetchFailed(DomainError):
    """``why`` is the named reason, ``reason`` the server's own words."""

    code: ClassVar[str] = "fetch_failed"


@contextmanager
def _named() -> Iterator[None]:
    """Whatever goes wrong on the wire comes out with a name."""
    try:
        yield
    except (MailboxLoginError, _Refused) as wrong:
        raise _failed("login_refused", wrong) from None
    except MailboxFolderSelectError as wrong:
        raise _failed("folder_missing", wrong) from None
    except imaplib.IMAP4.abort as wrong:
        raise _failed("cut_off", wrong) from None
    except (imaplib.IMAP4.error, ImapToolsError) as wrong:
        raise _failed("server_refused", wrong) from None
    except socket.gaierror as wrong:
        raise _failed("unresolved", wrong) from None
    except ssl.SSLError as wrong:
        raise _failed("tls_failed", wrong) from None
    except TimeoutError as wrong:
        raise _failed("timeout", wrong) from None
    except OSError as wrong:
        raise _failed("unreachable", wrong) from None


class _Refused(Exception):
    pass


def _failed(why: str, wrong: Exception) -> FetchFailed:
    return FetchFailed(why=why, reason=" ".join(str(wrong).split())[:300])


@dataclass(slots=True)
class Server:
    """One connection with one folder open. ``uid_validity`` names the numbering that ``uids`` are of; ``uid_next`` is
    the number that the first message after the opening gets."""

    box: BaseMailBox
    uid_validity: int = 0
    uid_next: int = 0

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self.box.client.capabilities

    def new_uids(self, after: int) -> list[int]:
        # "n:*" names the last message even where n lies beyond it.
        return [uid for uid in self._search(f"UID {after + 1}:*") if uid > after]

    def unseen_uids(self, since: date | None = None) -> list[int]:
        """Unseen messages, and all that came since ``since``."""
        if since is None:
            return self._search("UNSEEN")
        return self._search(f"OR UNSEEN SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")

    def _search(self, criteria: str) -> list[int]:
        with _named():
            # No charset: some servers take none, and the criteria are plain.
            return sorted(int(uid) for uid in self.box.uids(criteria, charset=None))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        found = {}
        with _named():
            for line in self._fetch(uids, "(UID RFC822.SIZE)"):
                whole = b" ".join(line) if isinstance(line, tuple) else line or b""
                uid, size = _UID.search(whole), _SIZE.search(whole)
                if uid and size:
                    found[int(uid[1])] = int(size[1])
        return found

    def bodies(self, uids: Sequence[int], *, is_head: bool = False) -> dict[int, bytes]:
        """The messages' bytes, as far as they are still there; nothing is marked on the server."""
        found: dict[int, bytes] = {}
        with _named():
            lines = self._fetch(uids, f"(UID BODY.PEEK[{'HEADER' if is_head else ''}])")
            for n, line in enumerate(lines):
                if not isinstance(line, tuple):
                    continue
                behind = lines[n + 1] if n + 1 < len(lines) and isinstance(lines[n + 1], bytes) else b""
                if uid := _UID.search(line[0]) or _UID.search(behind):
                    found[int(uid[1])] = line[1]
        return found

    def _fetch(self, uids: Sequence[int], parts: str) -> list[Any]:
        if not uids:
            return []
        state, lines = self.box.client.uid("FETCH", ",".join(map(str, uids)), parts)
        if state != "OK":
            raise imaplib.IMAP4.error(str(lines))
        return list(lines)

    def finish(self, uids: Sequence[int], *, after: str, move_to: str) -> None:
        """Mark as seen, and move where that is wanted. Only for messages that are stored here."""
        if not uids:
            return
        named, client = ",".join(map(str, uids)), self.box.client
        with _named():
            self._told(client.uid("STORE", named, "+FLAGS.SILENT", r"(\Seen)"))
            if after != MOVE:
                return
            target = encode_folder(move_to).decode("ascii")
            if "MOVE" in client.capabilities:
                self._told(client.uid("MOVE", named, target))
                return
            self._told(client.uid("COPY", named, target))
            self._told(client.uid("STORE", named, "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in client.capabilities:
                self._told(client.uid("EXPUNGE", named))

    def _told(self, answer: tuple[str, Any]) -> None:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(str(answer[1]))

    def wait(self, is_stopping: Callable[[], bool]) -> bool:
        """Stay in IDLE until the server tells of mail (True), for RENEW_SECONDS at most, or until asked to stop."""
        until = time.monotonic() + RENEW_SECONDS
        with _named():
            self.box.idle.start()  # type: ignore[no-untyped-call]  # imap_tools types it half
            told: list[bytes] = []
            while not is_stopping() and time.monotonic() < until and not _tells_of_mail(told):
                asked = time.monotonic()
                told = self.box.idle.poll(timeout=_SLICE_SECONDS)
                if not told and time.monotonic() - asked < _SLICE_SECONDS / 2:
                    break  # the line was closed, or half a line came: the next command finds out which
            self.box.idle.stop()  # type: ignore[no-untyped-call]
        return _tells_of_mail(told)

    def close(self) -> None:
        try:
            self.box.logout()
        except (imaplib.IMAP4.error, ImapToolsError, OSError):
            self.box.client.shutdown()


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _tells_of_mail(told: Sequence[bytes]) -> bool:
    return any(b"EXISTS" in line or b"RECENT" in line for line in told)


def connect(line: Line, *, folder: str, password: str = "", token: str = "") -> Server:
    """Signed in, with ``folder`` open. Raises FetchFailed."""
    with _named():
        box = _reached(line)
        try:
            _sign_in(box, line.login, password, token)
            _introduce(box)
            box.folder.set(folder or "INBOX")
            told = box.client.untagged_responses
            return Server(box, _number(told.get("UIDVALIDITY")), _number(told.get("UIDNEXT")))
        except BaseException:
            box.client.shutdown()
            raise


def _reached(line: Line) -> BaseMailBox:
    if line.tls == "tls":
        return MailBox(line.host, line.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if line.tls == "starttls":
        box = MailBoxUnencrypted(line.host, line.port, timeout=TIMEOUT)
        try:
            box.client.starttls(ssl.create_default_context())
        except BaseException as wrong:
            box.client.shutdown()
            if isinstance(wrong, imaplib.IMAP4.error):  # the server offers none
                raise _failed("tls_failed", wrong) from None
            raise
        return box
    return MailBoxUnencrypted(line.host, line.port, timeout=TIMEOUT)


def _sign_in(box: BaseMailBox, login: str, password: str, token: str) -> None:
    if not token:
        is_plain = login.isascii() and password.isascii()
        (box.login if is_plain else box.login_utf8)(login, password, initial_folder=None)
        _refresh_capabilities(box)
        return
    proofs = [f"user={login}\1auth=Bearer {token}\1\1"]
    try:
        # A refusal comes as a second challenge; an empty answer asks for the final word.
        box.client.authenticate("XOAUTH2", lambda _: (proofs.pop() if proofs else "").encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as wrong:
        raise _Refused(str(wrong)) from None
    _refresh_capabilities(box)


def _refresh_capabilities(box: BaseMailBox) -> None:
    """Many servers tell of IDLE and MOVE only after the sign-in."""
    state, lines = box.client.capability()
    if state == "OK" and lines and lines[0]:
        box.client.capabilities = tuple(lines[-1].decode("ascii", "replace").upper().split())


def _introduce(box: BaseMailBox) -> None:
    """NetEase's servers open no folder for a program that has not said its name (RFC 2971)."""
    if "ID" in box.client.capabilities:
        box.client.xatom("ID", '("name" "Tierline")')


def _number(told: Any) -> int:
    found = re.search(rb"\d+", told[-1]) if told and told[-1] else None
    return int(found[0]) if found else 0
