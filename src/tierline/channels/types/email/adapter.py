"""E-mail: RFC 5322 messages as people, machines and forty years of mail programs write them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from tierline.channels.base import Inbound, Outbound, Parcel, Party, Raw, Transport, Unreadable
from tierline.channels.types.email import automated, dates, token
from tierline.channels.types.email.addresses import parties
from tierline.channels.types.email.bodies import body_of, chosen, files_of
from tierline.channels.types.email.charset import clean_line, wide_guess
from tierline.channels.types.email.compose import composed
from tierline.channels.types.email.headers import Fields
from tierline.channels.types.email.separation import separate_lines
from tierline.channels.types.email.structure import Part, read_tree

slug = "email"
secret_fields = frozenset({"imap_password", "smtp_password", "oauth_refresh_token"})

# Reading needs up to five times the message; with this it stays under 256 MB.
MAX_BYTES = 40 * 1024 * 1024
MAX_SUBJECT = 5_000
MAX_REFERENCES = 200
_LOOK_BYTES = 8192
_MESSAGE_ID = re.compile(r"<([^<>]{1,900})>")
_COMMENT = re.compile(r"\([^()]*\)")
_WORD_CHARSET = re.compile(rb"=\?([\w-]{2,40})\?[bBqQ]\?")
_RECIPIENT_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "resent-to")


def verify(raw: Raw) -> None:
    """Mail carries no proof of its own; a reply token proves a thread and is checked with its key."""
    del raw


def parse(raw: Raw) -> Sequence[Inbound]:
    """The one message in ``raw``. Raises Unreadable when there is nothing in it to read."""
    if not raw.body.strip(b"\0\r\n\t "):
        raise Unreadable(why="empty")
    if len(raw.body) > MAX_BYTES:
        raise Unreadable(why="too_large", limit=MAX_BYTES)
    return [_inbound(raw, _tree(raw.body))]


def send(outbound: Outbound, *, transport: Transport) -> Parcel:
    parcel = composed(outbound)
    transport.deliver(parcel)
    return parcel


def _tree(message: bytes) -> Part:
    message = message.lstrip(b"\r\n")
    if b"\n" not in message:
        message = message.replace(b"\r", b"\n")
    hint = re.search(rb"(?i)charset\s*=\s*\"?([\w.:-]{2,40})", message[:200_000])
    return read_tree(message, hint=hint[1].decode("ascii") if hint else "")


def _inbound(raw: Raw, root: Part) -> Inbound:
    fields = root.fields
    hint = root.type_parameters.get("charset", "") or _first_charset(root)
    parts = chosen(root)
    body = body_of(parts, hint=hint)
    attachments = (*files_of(parts), *body.files)
    said = separate_lines(body.lines)
    sender = _sender(fields, hint)
    subject = fields.text("subject", hint=hint)[:MAX_SUBJECT]
    report = automated.delivery_report(attachments)
    paths = [raw.envelope_from] if raw.envelope_from is not None else [*automated.return_paths(fields)]
    evidence = automated.Evidence(
        fields=fields,
        sender=sender,
        subject=subject,
        text=said.text,
        media_type=root.media_type,
        report_type=root.type_parameters.get("report-type", "").lower(),
        return_path=paths[0] if paths else None,
        report=report,
    )
    replied_to, referred = _ids(fields, "in-reply-to"), _ids(fields, "references")
    message_id = next(iter(_ids(fields, "message-id", is_single=True)), "")
    to, copied = _people(fields, "to", hint), _people(fields, "cc", hint)
    return Inbound(
        message_key=_key(root, message_id, sender),
        sender=sender,
        text=said.text,
        subject=subject,
        message_id=message_id,
        in_reply_to=replied_to,
        references=referred,
        reply_tokens=_tokens(raw, fields, [*to, *copied], [*replied_to, *referred]),
        to=to,
        cc=copied,
        reply_to=_people(fields, "reply-to", hint),
        sent_at=dates.instant(fields.plain("date")),
        quoted=said.quoted,
        signature=said.signature,
        html=body.html,
        attachments=attachments,
        automated=automated.verdict(evidence),
        facts=_facts(root, body.is_html_dropped, report, evidence.return_path),
    )


def _first_charset(root: Part) -> str:
    """The charset named anywhere: by a part, else by an encoded word of the subject or the sender."""
    if found := next((p.type_parameters["charset"] for p in root.walk() if "charset" in p.type_parameters), ""):
        return found
    named = root.fields.raw("subject") + b" " + root.fields.raw("from")
    if word := _WORD_CHARSET.search(named):
        return word[1].decode("ascii")
    # Nothing names one: what the whole of it looks like says more than a name of two characters.
    return wide_guess(named + b" " + root.message[root.start : min(root.start + _LOOK_BYTES, root.end)])


def _people(fields: Fields, name: str, hint: str) -> tuple[Party, ...]:
    return tuple(party for value in fields.all_raw(name) for party in parties(value, hint=hint))


def _sender(fields: Fields, hint: str) -> Party:
    """Who wrote: the first From with an address; a From without one borrows it from the other fields."""
    named = _people(fields, "from", hint)
    if found := next((party for party in named if "@" in party.address), None):
        return found
    name = next((party.name for party in named if party.name), "")
    for field in ("reply-to", "sender", "return-path"):
        if found := next((party for party in _people(fields, field, hint) if "@" in party.address), None):
            return Party(name or found.name, found.address)
    return next((party for party in named if party.address), Party(name, ""))


def _ids(fields: Fields, name: str, *, is_single: bool = False) -> tuple[str, ...]:
    """Message-IDs without their brackets, each once. A lone id without brackets counts too."""
    text = " ".join(clean_line(value.decode("utf-8", "replace")) for value in fields.all_raw(name))
    found = ["".join(_COMMENT.sub("", one).split()) for one in _MESSAGE_ID.findall(text)]
    if not found and text and (is_single or "@" in text):
        found = [word.strip("<>,;") for word in text.split()[:1]]
    return tuple(dict.fromkeys(filter(None, found)))[-MAX_REFERENCES:]


def _tokens(raw: Raw, fields: Fields, people: list[Party], ids: list[str]) -> tuple[str, ...]:
    recipients = [fields.plain(name) for name in _RECIPIENT_FIELDS]
    return token.tokens_in(*raw.envelope_to, *(party.address for party in people), *recipients, *reversed(ids))


def _key(root: Part, message_id: str, sender: Party) -> str:
    """Equal for copies that came by different ways: no trace field takes part.

    Sender and date join the Message-ID, because some scanners and scripts use one id for all.
    """
    told = [message_id, sender.address.lower(), root.fields.plain("date")]
    digest = hashlib.sha256("\0".join(told).encode("utf-8", "replace"))
    if not message_id:
        digest.update(root.fields.raw("subject") + b"\0")
        digest.update(root.message[root.start : root.end])
    return digest.hexdigest()


def _facts(root: Part, is_html_dropped: bool, report: dict[str, str], return_path: str | None) -> dict[str, Any]:
    fields = root.fields
    facts: dict[str, Any] = {
        "mailer": fields.plain("x-mailer") or fields.plain("user-agent"),
        "list_id": fields.plain("list-id"),
        "return_path": (return_path or "").strip("<> "),
        "importance": fields.plain("importance").lower() or fields.plain("x-priority")[:1],
        "report": report,
        "defects": [
            *(["no_sender"] if not fields.has("from") else []),
            *(["bad_date"] if fields.has("date") and dates.instant(fields.plain("date")) is None else []),
            *(["cut_short"] if any(part.is_cut for part in root.walk()) else []),
            *(["html_dropped"] if is_html_dropped else []),
        ],
    }
    return {name: value for name, value in facts.items() if value}
