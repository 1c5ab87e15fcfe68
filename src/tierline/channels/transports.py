"""How a parcel leaves the house: by SMTP, or into a folder of files that one can open."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tierline.channels.base import Parcel
from tierline.domain.errors import DomainError

_TIMEOUT = 30.0
_PERMANENT = range(500, 600)
_UNSAFE = re.compile(r"[^\w.@+-]")


class Undeliverable(DomainError):
    """The other side refused for good: trying again changes nothing."""

    code = "undeliverable"


class NotDelivered(DomainError):
    """It did not work this time."""

    code = "not_delivered"


class LoginRefused(NotDelivered):
    """The relay does not take the mailbox's name and password or token."""

    code = "relay_login_refused"


@dataclass(frozen=True, slots=True)
class Outbox:
    """Each parcel is one .eml file named by its key, so that handing it over twice leaves one file."""

    folder: Path

    def deliver(self, parcel: Parcel) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.folder / f"{_UNSAFE.sub('_', parcel.key)}.eml"
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(parcel.body)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Smtp:
    """``tls``: empty, ``starttls``, or ``tls`` from the first byte. With ``token`` the proof is XOAUTH2."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = ""
    token: str = field(default="", repr=False)

    def deliver(self, parcel: Parcel) -> None:
        """Raises Undeliverable for a permanent refusal, NotDelivered for anything that may pass."""
        try:
            server = self._connected()
            try:
                self._hand_over(server, parcel)
            except smtplib.SMTPException:
                server.close()
                raise
            _leave(server)
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            raise _refusal(code, said) from refused
        except smtplib.SMTPAuthenticationError as refused:
            raise LoginRefused(reason=_shown(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPResponseException as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except (smtplib.SMTPException, OSError) as wrong:
            raise NotDelivered(reason=str(wrong) or type(wrong).__name__) from wrong

    def _connected(self) -> smtplib.SMTP:
        if self.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)

    def _hand_over(self, server: smtplib.SMTP, parcel: Parcel) -> None:
        if self.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.token:
            server.ehlo_or_helo_if_needed()
            server.auth("XOAUTH2", self._bearer)
        elif self.user:
            server.login(self.user, self.password)
        server.ehlo_or_helo_if_needed()
        is_wide = not all(address.isascii() for address in (parcel.envelope_from, *parcel.envelope_to))
        options = ["SMTPUTF8", "BODY=8BITMIME"] if is_wide else []
        server.sendmail(parcel.envelope_from, parcel.envelope_to, parcel.body, mail_options=options)

    def _bearer(self, challenge: bytes | None = None) -> str:
        # A refusal comes as a challenge with the reasons; an empty answer asks for the final word.
        return f"user={self.user}\1auth=Bearer {self.token}\1\1" if challenge is None else ""


@dataclass(slots=True)
class Held:
    """Keeps the parcel instead of sending it: a message is made inside a transaction and leaves after it."""

    parcel: Parcel | None = None

    def deliver(self, parcel: Parcel) -> None:
        self.parcel = parcel


def of(settings: dict[str, Any]) -> Smtp | Outbox:
    """The way that ``settings.MAIL`` names: SMTP as soon as there is a host."""
    if not settings["host"]:
        return Outbox(Path(settings["outbox"]))
    return Smtp(settings["host"], settings["port"], settings["user"], settings["password"], settings["tls"])


def _leave(server: smtplib.SMTP) -> None:
    """What is said after the message was taken can no longer make it untaken."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _refusal(code: int, said: bytes | str) -> DomainError:
    kind = Undeliverable if code in _PERMANENT else NotDelivered
    return kind(reason=_shown(code, said))


def _shown(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]
