"""From raw bytes to what the desk can take: parsed, worded, files kept. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tierline.accounts.operations import address_of
from tierline.channels import registry
from tierline.channels.base import Attachment, Inbound, NotGenuine, NotInteresting, Raw, Unreadable
from tierline.channels.wording import language_of, say
from tierline.desk.operations.attaching import SIZE_LIMIT
from tierline.desk.services import keep_attachments
from tierline.domain.errors import Invalid
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT
from tierline.plumbing import store
from tierline.plumbing.actor import Actor
from tierline.plumbing.store import FileTooLarge

FILES = 50  # the desk takes as many on one message
_CHUNK = 1024 * 1024
_WRITERS = 8
_ROOM_FOR_REMARKS = 2_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"(?<![\w-])TK-\d{1,12}(?![\w-])", re.IGNORECASE)
_WHOLE_TEXT = "message.txt"


@dataclass(slots=True)
class Letter:
    """One delivery, read. Without a ``message`` the ``reason`` says why. ``files`` are kept, not yet on a ticket.

    ``is_released``: a person lets it in, so that what a machine wrote counts as anybody's message.
    """

    delivery_id: int
    message: Inbound | None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    sender: str = ""
    files: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    is_released: bool = False

    @property
    def key(self) -> str:
        return self.message.message_key if self.message else ""

    @property
    def names(self) -> set[str]:
        """What a later message can call this one."""
        return {name for name in (self.key, self.message.message_id if self.message else "") if name}

    @property
    def points_at(self) -> set[str]:
        """The names of messages that must be dealt with before this one."""
        if self.message is None:
            return set()
        return {self.key, *self.message.in_reply_to, *self.message.references}

    @property
    def has_files(self) -> bool:
        """Whether there is something to keep before it can go onto a ticket; a machine's mail goes onto none."""
        if self.message is None or self.message.automated is not None or not self.sender:
            return False
        return bool(self.message.attachments) or is_long(self.message)


def read(channel: str, delivery_id: int, raw: Raw, *, is_released: bool = False) -> Letter:
    """Never raises for anything that ``raw`` may contain."""
    adapter = registry.channel(channel)
    try:
        adapter.verify(raw)
        messages = adapter.parse(raw)
    except (Unreadable, NotInteresting, NotGenuine) as refused:
        return Letter(delivery_id, None, refused.code, refused.facts)
    if len(messages) != 1:
        # Channels that pack several messages into one delivery come with the order that brings them.
        return Letter(delivery_id, None, Unreadable.code, {"messages": len(messages)})
    message = messages[0]
    facts = _suggested(message)
    if is_released and message.automated is not None:
        facts["released"] = message.automated.kind
        message = replace(message, automated=None)
    return Letter(delivery_id, message, sender=_address(message), facts=facts, is_released=is_released)


def _address(message: Inbound) -> str:
    try:
        return address_of(message.sender.address)
    except Invalid:
        return ""


def _suggested(message: Inbound) -> dict[str, Any]:
    numbers = list(dict.fromkeys(n.upper() for n in _NUMBER.findall(message.subject)))[:10]
    return {"suggests": numbers} if numbers else {}


def keep_files(letters: Sequence[Letter], *, actor: Actor, enterprise_id: int, at: datetime) -> None:
    """Keep what came along, all in one transaction; what the desk refuses stays in the original."""
    wanted = []
    for letter in letters:
        letter.files, letter.left_out = [], []
        for n, (name, content) in enumerate(_files_of(letter)):
            if n < FILES:
                wanted.append((letter, name, content))
            else:
                letter.left_out.append(name)
    # Files that are forced to disk at the same time share the disk's waits.
    with ThreadPoolExecutor(_WRITERS) as pool:
        stored = list(pool.map(lambda one: _put(one[2]), wanted))
    kept = [(letter, name, file) for (letter, name, _), file in zip(wanted, stored, strict=True) if file is not None]
    for (letter, name, _), file in zip(wanted, stored, strict=True):
        if file is None:
            letter.left_out.append(name)
    if kept:
        files = [(name, file) for _, name, file in kept]
        ids = keep_attachments(actor=actor, enterprise_id=enterprise_id, files=files, at=at)
        for (letter, _, _), made in zip(kept, ids, strict=True):
            letter.files.append(made)


def _files_of(letter: Letter) -> Iterator[tuple[str, bytes]]:
    assert letter.message is not None
    files = list(letter.message.attachments)
    if is_long(letter.message):
        files.insert(0, Attachment(_WHOLE_TEXT, "text/plain", "text/plain", whole_text(letter.message).encode()))
    for number, file in enumerate(files, start=1):
        if file.content:
            yield _file_name(file, number), file.content


def _put(content: bytes) -> store.Stored | None:
    try:
        return store.put(_chunks(content), limit=SIZE_LIMIT)
    except FileTooLarge:
        return None


def is_long(message: Inbound) -> bool:
    """Whether the desk takes only a part of the text; the whole is then kept as a file."""
    return len(whole_text(message)) > TEXT_LIMIT - _ROOM_FOR_REMARKS


def whole_text(message: Inbound) -> str:
    """What a first message says: a forward or a quote is part of it, because nobody here has seen it."""
    return _storable("\n\n".join(part for part in (message.text.strip("\n"), message.quoted) if part.strip()))


def text_of(letter: Letter, *, is_first: bool, language: str) -> str:
    """The words for the ticket, never empty, never longer than the desk takes; what is cut off is a file."""
    assert letter.message is not None
    text = whole_text(letter.message) if is_first else _storable(letter.message.text)
    remarks = []
    if not text.strip():
        text = subject_of(letter.message) or say("mail_no_text", language=language)
    if len(text) > TEXT_LIMIT - _ROOM_FOR_REMARKS:
        text = text[: TEXT_LIMIT - _ROOM_FOR_REMARKS]
        remarks.append(say("mail_shortened", language=language, name=_WHOLE_TEXT))
    if letter.left_out:
        names = ", ".join(letter.left_out)[:500]
        remarks.append(say("mail_files_left_out", language=language, count=len(letter.left_out), names=names))
    return "\n\n".join([text, *remarks])


def subject_of(message: Inbound) -> str:
    subject = " ".join(_storable(message.subject).split())
    return subject if len(subject) <= SUBJECT_LIMIT else subject[: SUBJECT_LIMIT - 1] + "…"


def name_of(message: Inbound) -> str:
    return " ".join(_storable(message.sender.name).split())[:200]


def language(message: Inbound, *, otherwise: str) -> str:
    return language_of(f"{message.subject} {message.text[:4000]}", otherwise=otherwise)


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text) if _UNSTORABLE.search(text) else text


def _file_name(file: Attachment, number: int) -> str:
    name = _storable(file.name).strip()
    return name[-255:] if name else f"attachment-{number}"


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def waves(letters: Sequence[Letter], *, limit: int) -> Iterator[list[Letter]]:
    """In order, in sets of which no member needs another: an answer comes after what it answers."""
    wave: list[Letter] = []
    names: set[str] = set()
    for letter in letters:
        if wave and (len(wave) >= limit or names & letter.points_at):
            yield wave
            wave, names = [], set()
        wave.append(letter)
        names |= letter.names
    if wave:
        yield wave
