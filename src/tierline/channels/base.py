"""The one contract of every door: raw bytes in, plain values out, plain values to raw bytes.

An adapter translates and nothing else. Storing the raw body, redelivery, threading, retries, rate
limits and opening the ticket are written once, above the adapters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from tierline.domain.errors import DomainError

AutomatedKind = Literal["test", "loop", "dsn", "bounce", "out_of_office", "auto_reply", "report", "list"]


class Unreadable(DomainError):
    """The body is not what the channel speaks: keep it, show it to an admin, do not retry."""

    code = "unreadable"


class NotInteresting(DomainError):
    """Understood and of no consequence: accept, record, ignore."""

    code = "not_interesting"


class NotGenuine(DomainError):
    """The delivery does not carry the proof that its channel asks for."""

    code = "not_genuine"


@dataclass(frozen=True, slots=True)
class Raw:
    """A delivery exactly as it came, before anyone looked inside.

    ``headers`` are the transport's own (HTTP), with lower-case names. ``envelope_from`` is the SMTP
    return path: ``""`` is the null sender, ``None`` means that the transport did not tell.
    """

    body: bytes
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """Someone on the other side. ``address`` is in the channel's own terms and may be empty."""

    name: str = ""
    address: str = ""

    def __str__(self) -> str:
        if not self.name or not self.address:
            return self.name or self.address
        if any(mark in self.name for mark in ',;:<>@"()[]\\'):
            quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{quoted}" <{self.address}>'
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along, decoded. ``declared_type`` is the sender's word, ``sniffed_type`` ours.

    ``name`` is what the sender called it, without control characters, and may be empty. It is never
    a path to write to.
    """

    name: str
    declared_type: str
    sniffed_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Automated:
    """Why a message is taken to be a machine's. ``reason`` names the evidence.

    ``report`` is a program that speaks of its own accord (a job, a monitor, a read receipt), ``list``
    mail that came through a list, which a person may well have written.
    ``bounce`` says that something of ours was not delivered and will not be.
    """

    kind: AutomatedKind
    reason: str
    bounce: bool = False


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing somebody said to us, in every channel's common terms.

    ``message_key`` is equal for two deliveries of the same message and for nothing else.
    ``thread_key`` is for channels whose threads have one name (an alert's fingerprint); mail
    threads by ``message_id``, ``in_reply_to``, ``references`` and ``reply_tokens`` (not yet
    verified). ``text`` is the visible reply; ``text``, ``quoted`` and ``signature`` together hold
    the whole body. ``html`` is safe to show in a sandboxed frame. ``sent_at`` is the sender's
    claim, never a clock's start.
    """

    message_key: str
    sender: Party
    text: str
    subject: str = ""
    thread_key: str = ""
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reply_tokens: tuple[str, ...] = ()
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    reply_to: tuple[Party, ...] = ()
    sent_at: datetime | None = None
    quoted: str = ""
    signature: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    automated: Automated | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One thing we say, worded by the caller in the reader's language.

    ``key`` is unique per effect, so that a repeated send is recognised as the same message.
    ``automatic`` marks what no person wrote, ``is_test`` what only shows that a mailbox works. ``sent_at`` is an
    aware instant.
    """

    key: str
    sender: Party
    to: tuple[Party, ...]
    subject: str
    text: str
    sent_at: datetime
    html: str = ""
    cc: tuple[Party, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""
    automatic: bool = False
    is_test: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbound message in the channel's own bytes, with what the transport must know."""

    key: str
    body: bytes = field(repr=False)
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()


class Transport(Protocol):
    """Carries a parcel away: SMTP, an outbox folder, HTTP. Runs outside any transaction."""

    def deliver(self, parcel: Parcel) -> None: ...


class Channel(Protocol):
    """What an adapter module offers."""

    slug: str
    secret_fields: frozenset[str]

    def verify(self, raw: Raw, /) -> None:
        """Raises NotGenuine when the delivery's proof is missing or wrong."""

    def parse(self, raw: Raw, /) -> Sequence[Inbound]:
        """Raises Unreadable or NotInteresting, and nothing else."""

    def send(self, outbound: Outbound, /, *, transport: Transport) -> Parcel:
        """Translates, hands over to ``transport``, and returns what was handed over."""
