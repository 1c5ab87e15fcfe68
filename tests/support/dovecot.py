"""A real IMAP server as an ordinary child process: Debian's Dovecot on a high port, as a user who owns nothing else."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = Path("/usr/sbin/dovecot")
USER, PASSWORD = "support", "not-a-real-secret"

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
disable_plaintext_auth = no
ssl = {ssl}
{certificate}
auth_mechanisms = plain login xoauth2
mail_location = maildir:{home}/mail/%u
imap_capability = {capability}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
{oauth}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 20
}}
"""
_OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
"""


@dataclass(slots=True)
class Dovecot:
    """``introspection``: an address that says whose a token is; empty: no XOAUTH2."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> imaplib.IMAP4:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        server.login(USER, PASSWORD)
        return server

    def put(self, message: bytes, *, folder: str = "INBOX", seen: bool = False) -> None:
        """Deliver a message into a folder, as a mail server would."""
        with contextlib.closing(_Closing(self.connect())) as server:
            state, told = server.imap.append(folder, r"(\Seen)" if seen else "", "", message)
            assert state == "OK", told

    def empty(self) -> None:
        with contextlib.closing(_Closing(self.connect())) as server:
            for folder in ("INBOX", "Done"):
                if int(server.imap.select(folder)[1][0] or 0):
                    server.imap.store("1:*", "+FLAGS", r"(\Deleted)")
                    server.imap.expunge()

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """The flags of each message."""
        with contextlib.closing(_Closing(self.connect())) as server:
            server.imap.select(folder, readonly=True)
            return [line for line in server.imap.fetch("1:*", "(FLAGS)")[1] if line]

    def count(self, folder: str = "INBOX") -> int:
        with contextlib.closing(_Closing(self.connect())) as server:
            return int(server.imap.select(folder, readonly=True)[1][0] or 0)

    def number_anew(self) -> None:
        """Another UIDVALIDITY, as after a restored backup."""
        self.kick()
        folder = self.home / "mail" / USER
        listed = folder / "dovecot-uidlist"
        listed.write_text(re.sub(r" V(\d+) ", lambda v: f" V{int(v[1]) + 7} ", listed.read_text(), count=1))
        for file in folder.glob("dovecot.index*"):
            file.unlink()

    def kick(self) -> None:
        """End every session at once, as a restart of the server does."""
        listed = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "imap"], capture_output=True, text=True, check=False
        )
        for pid in listed.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class _Closing:
    imap: imaplib.IMAP4

    def close(self) -> None:
        self.imap.logout()


def require() -> None:
    """A visible skip on a lone clone; under CI=true a missing server is a failure."""
    if not PROGRAM.exists():
        reason = "Dovecot is missing: apt-get install dovecot-imapd"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@contextlib.contextmanager
def running(*, introspection: str = "", can_idle: bool = True, certificate: Path | None = None) -> Iterator[Dovecot]:
    require()
    home = Path(tempfile.mkdtemp(prefix="tierline-dovecot-")).resolve()
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    try:
        server = _start(home, who, introspection=introspection, can_idle=can_idle, certificate=certificate)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(
    home: Path, who: pwd.struct_passwd, *, introspection: str, can_idle: bool, certificate: Path | None
) -> Dovecot:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    oauth = _OAUTH.format(home=home) if introspection else ""
    without = "" if can_idle else "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ UIDPLUS"
    own = f"ssl_cert = <{certificate}\nssl_key = <{certificate}" if certificate else ""
    (home / "dovecot.conf").write_text(
        _CONFIG.format(
            home=home,
            user=who.pw_name,
            group=_group(who),
            uid=who.pw_uid,
            gid=who.pw_gid,
            port=port,
            password=PASSWORD,
            oauth=oauth,
            capability=without,
            ssl="yes" if certificate else "no",
            certificate=own,
        )
    )
    (home / "oauth2.conf").write_text(
        f"introspection_url = {introspection}\nintrospection_mode = auth\nusername_attribute = username\n"
        "active_attribute = active\nactive_value = true\n"
    )
    if os.geteuid() == 0:
        for path in (home, *home.iterdir()):
            os.chown(path, who.pw_uid, who.pw_gid)
    ids = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (home / "stderr").open("wb") as said:
        process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(home / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            **ids,  # type: ignore[arg-type]
        )
    server = Dovecot(home, port, process)
    for _ in range(100):
        try:
            server.connect().logout()
        except (OSError, imaplib.IMAP4.error):
            if process.poll() is not None:
                break
            time.sleep(0.1)  # noqa: TID251 - another program starts
        else:
            return server
    process.kill()
    process.wait()
    logs = [(home / name).read_text(errors="replace") for name in ("stderr", "log") if (home / name).exists()]
    raise RuntimeError("Dovecot did not start\n" + "\n".join(logs))


def _group(who: pwd.struct_passwd) -> str:
    import grp  # noqa: PLC0415 - only on systems that have it

    return grp.getgrgid(who.pw_gid).gr_name
