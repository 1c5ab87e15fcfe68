"""Outbound mail: one message in RFC 5322 form that threads everywhere and never loops."""

from __future__ import annotations

import hashlib
import re
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from tierline.channels.base import Attachment, Outbound, Parcel, Party
from tierline.channels.types.email.automated import TEST_FIELD
from tierline.channels.types.email.charset import clean, clean_line
from tierline.channels.types.email.token import with_token
from tierline.domain.errors import Invalid

MAX_REFERENCES = 30
_LOCAL = re.compile(r"[^\s\"(),:;<>@\[\\\]]+|\"[^\"\\]+\"")
_DOMAIN = re.compile(r"[^\s\"(),:;<>@\\_]+")
_POLICY = policy.SMTP.clone(max_line_length=76)
_POLICY_UTF8 = policy.SMTPUTF8.clone(max_line_length=76)


def composed(outbound: Outbound) -> Parcel:
    """``outbound`` as bytes. The same values give the same bytes, so a repeated send is the same mail.

    Replies come back to the sender's address with the reply token as its detail. Automatic mail says
    so (RFC 3834) and asks others' machines not to answer. Raises Invalid for an unusable address.
    """
    message = EmailMessage(policy=_POLICY if _is_ascii(outbound) else _POLICY_UTF8)
    message["From"] = _address(outbound.sender)
    message["To"] = [_address(party) for party in outbound.to]
    if outbound.cc:
        message["Cc"] = [_address(party) for party in outbound.cc]
    message["Subject"] = clean_line(outbound.subject)
    message["Date"] = format_datetime(outbound.sent_at)
    message["Message-ID"] = f"<{message_id(outbound)}>"
    _thread(message, outbound)
    _machine_fields(message, outbound)
    _content(message, outbound)
    recipients = tuple(dict.fromkeys(party.address for party in (*outbound.to, *outbound.cc)))
    return Parcel(
        key=outbound.key,
        body=message.as_bytes(),
        # The null sender keeps an absence note from answering what no person wrote.
        envelope_from="" if outbound.automatic else outbound.sender.address,
        envelope_to=recipients,
    )


def message_id(outbound: Outbound) -> str:
    """The Message-ID, a function of the effect's key. Carries the reply token for the References of an answer."""
    digest = hashlib.sha256(outbound.key.encode("utf-8", "replace")).hexdigest()[:24]
    left = f"{outbound.reply_token}.{digest}" if outbound.reply_token else digest
    return f"{left}@{_ascii_domain(outbound.sender.address.rpartition('@')[2]) or 'localhost'}"


def _thread(message: EmailMessage, outbound: Outbound) -> None:
    if outbound.reply_token:
        replies = Party(outbound.sender.name, with_token(outbound.sender.address, outbound.reply_token))
        message["Reply-To"] = _address(replies)
    if outbound.in_reply_to:
        message["In-Reply-To"] = f"<{_id(outbound.in_reply_to)}>"
    chain = [*outbound.references, *([outbound.in_reply_to] if outbound.in_reply_to else [])]
    chain = list(dict.fromkeys(_id(one) for one in chain))
    if len(chain) > MAX_REFERENCES:
        # RFC 5322 keeps the first, which began the thread, and the latest.
        chain = [chain[0], *chain[1 - MAX_REFERENCES :]]
    if chain:
        message["References"] = " ".join(f"<{one}>" for one in chain)


def _machine_fields(message: EmailMessage, outbound: Outbound) -> None:
    message["X-Tierline"] = hashlib.sha256(outbound.key.encode("utf-8", "replace")).hexdigest()[:16]
    if outbound.is_test:
        message[TEST_FIELD] = "1"
    if outbound.automatic:
        message["Auto-Submitted"] = "auto-replied" if outbound.in_reply_to else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"


def _content(message: EmailMessage, outbound: Outbound) -> None:
    message.set_content(clean(outbound.text), charset="utf-8", cte="base64" if _is_mostly_wide(outbound.text) else None)
    if outbound.html:
        message.add_alternative(clean(outbound.html), subtype="html", charset="utf-8")
    for attachment in outbound.attachments:
        _attach(message, attachment)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{outbound.key}/{number}'.encode()).hexdigest()[:32]}")


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.sniffed_type.partition("/")
    if main in ("text", "message", "multipart") or not sub:
        main, sub = "application", "octet-stream"
    message.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=clean_line(attachment.name) or "attachment"
    )


def _address(party: Party) -> Address:
    local, _, domain = clean_line(party.address).rpartition("@")
    try:
        if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
            raise ValueError(party.address)
        return Address(display_name=clean_line(party.name), username=local.strip('"'), domain=_ascii_domain(domain))
    except (ValueError, MessageError) as wrong:
        raise Invalid(field="address", value=party.address) from wrong


def _ascii_domain(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def _id(one: str) -> str:
    return "".join(clean_line(one).strip("<>").split())


def _is_ascii(outbound: Outbound) -> bool:
    people = (outbound.sender, *outbound.to, *outbound.cc)
    return all(party.address.rpartition("@")[0].isascii() for party in people)


def _is_mostly_wide(text: str) -> bool:
    return sum(ord(mark) > 0x2FF for mark in text) * 3 > len(text)
