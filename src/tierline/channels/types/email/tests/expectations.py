"""What other products' test suites say is in their sample messages, in our terms."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from tierline.channels.base import Attachment, Inbound, Party, Raw
from tierline.channels.types.email import adapter
from tierline.channels.types.email.addresses import parties

MESSAGES = (".eml", ".box", ".txt")
LOST = "\ufffd"


def sample_messages(folder: Path) -> list[Path]:
    """Every message below ``folder``; lists of addresses are no messages."""
    found = (path for path in folder.rglob("*") if path.suffix in MESSAGES)
    return sorted(path for path in found if "address_lists" not in path.parts and path.name != "SOURCE.md")


def parsed(path: Path) -> Inbound:
    (message,) = adapter.parse(Raw(path.read_bytes(), source=path.name))
    return message


def agrees(wanted: str, got: str) -> bool:
    """Equal after composition. Where the other product lost a character, any one will do."""
    wanted = unicodedata.normalize("NFC", wanted).strip()
    if LOST not in wanted:
        return wanted == got.strip()
    return re.fullmatch(re.escape(wanted).replace(LOST, ".+?"), got.strip(), re.DOTALL) is not None


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def stalwart_differences(path: Path) -> Iterator[str]:
    """Names of what differs from Stalwart's expected structure beside ``path``."""
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    message = parsed(path)
    fields = {_name(header["name"]): header["value"] for header in expected["parts"][0]["headers"]}
    for name, got in (("subject", message.subject), ("message_id", message.message_id)):
        wanted = fields.get(name)
        if isinstance(wanted, dict) and "Text" in wanted and not agrees(wanted["Text"], got):
            yield name
    for name, people in (("from", (message.sender,)), ("to", message.to), ("cc", message.cc)):
        wanted = fields.get(name)
        if isinstance(wanted, dict) and "Address" in wanted and not _same_people(flat(wanted["Address"]), people):
            yield name
    if isinstance(fields.get("date"), dict) and stalwart_instant(fields["date"]["DateTime"]) != message.sent_at:
        yield "date"
    yield from _file_differences([expected["parts"][i] for i in expected["attachments"]], message.attachments)
    told = [expected["parts"][i]["body"] for i in expected["text_body"]]
    if told and all("Text" in body for body in told):
        wanted = squeezed("".join(body["Text"] for body in told))
        if not _same_letters(wanted, message.text + message.quoted + message.signature):
            yield "text"


def _name(name: Any) -> str:
    return name if isinstance(name, str) else str(next(iter(name.values())))


def flat(told: dict[str, Any]) -> list[Party]:
    """Stalwart's address list or groups as people."""
    listed = told.get("List") or [one for group in told.get("Group", []) for one in group["addresses"]]
    return [Party(one["name"] or "", one["address"] or "") for one in listed]


def _same_people(wanted: list[Party], got: tuple[Party, ...]) -> bool:
    return len(wanted) == len(got) and all(
        agrees(a.name, b.name) and agrees(a.address, b.address) for a, b in zip(wanted, got, strict=True)
    )


def stalwart_instant(told: dict[str, Any]) -> datetime:
    offset = timedelta(hours=told["tz_hour"], minutes=told["tz_minute"]) * (-1 if told["tz_before_gmt"] else 1)
    local = (told[part] for part in ("year", "month", "day", "hour", "minute", "second"))
    return datetime(*local, tzinfo=timezone(offset)).astimezone(UTC)  # type: ignore[arg-type, misc]


def _file_differences(wanted: list[dict[str, Any]], got: tuple[Attachment, ...]) -> Iterator[str]:
    if len(wanted) != len(got):
        yield "file count"
        return
    # A file without a name is given one here and none there.
    names = [(stated, file.name) for part, file in zip(wanted, got, strict=True) if (stated := _stated_name(part))]
    if not all(agrees(stated, name) for stated, name in names):
        yield "file names"


def _stated_name(part: dict[str, Any]) -> str:
    stated = {}
    for header in part["headers"]:
        if header["name"] in ("content_disposition", "content_type") and isinstance(header["value"], dict):
            for attribute in header["value"]["ContentType"]["attributes"] or []:
                stated[header["name"], attribute["name"]] = attribute["value"]
    return str(stated.get(("content_disposition", "filename")) or stated.get(("content_type", "name"), ""))


def _same_letters(wanted: str, got: str) -> bool:
    """The same letters, whatever their order: our three parts stand in another order than the body."""
    if LOST in wanted:
        return agrees(wanted, squeezed(got))
    return sorted(unicodedata.normalize("NFC", wanted)) == sorted(squeezed(got))


class _RubyYaml(yaml.SafeLoader):
    pass


_RubyYaml.add_multi_constructor("!ruby/hash:", lambda loader, _, node: loader.construct_mapping(node, deep=True))
_RubyYaml.add_constructor("!binary", lambda _, node: base64.b64decode(node.value))


def zammad_expected(path: Path) -> dict[str, Any]:
    source = path.with_suffix(".expected.yml").read_text(encoding="utf-8")
    return {name: _text(value) for name, value in yaml.load(source, Loader=_RubyYaml).items()}


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def zammad_differences(path: Path) -> Iterator[str]:
    """Names of what differs from Zammad's expected result beside ``path``."""
    expected, message = zammad_expected(path), parsed(path)
    if not agrees(expected.get("subject") or "", message.subject) and "subject" in expected:
        yield "subject"
    if expected["from_email"] != message.sender.address:
        yield "from"
    if not agrees(expected["from_display_name"], message.sender.name):
        yield "from name"
    for name, got in (("to", message.to), ("cc", message.cc), ("reply-to", message.reply_to)):
        if name in expected and not _same_people(list(parties(expected[name] or "")), got):
            yield name
    if "message_id" in expected and expected["message_id"].strip("<>") != message.message_id:
        yield "message_id"
    if "attachments" in expected and _zammad_files(expected) != [file.name for file in message.attachments]:
        yield "files"
    if "body" in expected and not _same_body(expected, message):
        yield "body"


def _zammad_files(expected: dict[str, Any]) -> list[str]:
    """Zammad files the HTML form away as message.html; that is its own copy and no file of the sender's."""
    files = expected["attachments"] or []
    return [_text(file["filename"]) for file in files if not (file.get("preferences") or {}).get("original-format")]


def _same_body(expected: dict[str, Any], message: Inbound) -> bool:
    body = expected["body"]
    is_html = "html" in (expected.get("content_type") or "html")
    wanted = html.unescape(re.sub(r"<[^>]*>", "", body)) if is_html else body
    got = message.text + message.quoted + message.signature
    # The marks that stand for rules, list items and quotes in plain text.
    marks = str.maketrans("", "", ">-_| \xa0")
    return _same_letters(squeezed(wanted).translate(marks), got.translate(marks))
