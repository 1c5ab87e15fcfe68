"""The header block of a message or part: fields, unfolding, encoded words and parameters."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tierline.channels.types.email.charset import REFUSED, clean_line, decode

MAX_FIELDS = 2_000
MAX_BLOCK_BYTES = 1024 * 1024
MAX_VALUE_BYTES = 64 * 1024
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]*")


@dataclass(slots=True)
class Fields:
    """Header fields in their order; names are lower case, values unfolded bytes."""

    items: list[tuple[str, bytes]] = field(default_factory=list)

    def all_raw(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.items if key == name)

    def raw(self, name: str) -> bytes:
        return next(self.all_raw(name), b"")

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.items)

    def text(self, name: str, *, hint: str = "") -> str:
        """The first such field, decoded and on one line."""
        return clean_line(words(self.raw(name), hint=hint))

    def plain(self, name: str) -> str:
        """The first such field without decoding encoded words, for identifiers and tokens."""
        return clean_line(decode(self.raw(name)))


def read_fields(block: bytes) -> Fields:
    """The fields of a header block. Lines that are no field are skipped; all bounds are enforced."""
    fields = Fields()
    pending: bytearray | None = None
    name = ""
    for line in block.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if pending is not None and len(pending) < MAX_VALUE_BYTES:
                pending += b" " + line.strip()
            continue
        found = _FIELD.match(line)
        if found is None:
            continue
        if pending is not None:
            fields.items.append((name, bytes(pending[:MAX_VALUE_BYTES])))
            pending = None
        if len(fields.items) < MAX_FIELDS:
            name = found[1].decode("ascii").lower()
            pending = bytearray(found[2].strip().replace(b"\0", b""))
    if pending is not None:
        fields.items.append((name, bytes(pending[:MAX_VALUE_BYTES])))
    return fields


def split_block(message: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header block ends and where the body starts, within ``message[start:end]``.

    A line that cannot be a field ends the block, unless fields follow it before the first blank line;
    so does the size limit.
    """
    position = start
    if message.startswith((b"From ", b">From "), start):
        position = _next_line(message, start, end)
        start = position
    last_field = start
    while position < end:
        if position - start > MAX_BLOCK_BYTES:
            return position, position
        following = _next_line(message, position, end)
        line = message[position : min(following, position + 1000)]
        if not line.strip(b"\r\n"):
            return position, following
        if _FIELD.match(line) or (line[:1] in (b" ", b"\t") and last_field > start):
            last_field = following
        elif not _fields_follow(message, following, end):
            return position, position
        position = following
    return (end, end) if last_field > start else (start, start)


def _next_line(message: bytes, position: int, end: int) -> int:
    found = message.find(b"\n", position, end)
    return end if found < 0 else found + 1


def _fields_follow(message: bytes, position: int, end: int) -> bool:
    for _ in range(20):
        following = _next_line(message, position, end)
        line = message[position : min(following, position + 1000)]
        if position >= end or not line.strip():
            return False
        if _FIELD.match(line):
            return True
        position = following
    return False


def words(value: bytes | str, *, hint: str = "") -> str:
    """``value`` with its RFC 2047 encoded words decoded; broken words stay as they are.

    Neighbouring words of one charset are joined before decoding, because senders cut characters
    in two. One pass, whatever the input.
    """
    text = value if isinstance(value, str) else decode(value, hint=hint)
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: tuple[str, bytearray] | None = None
    position = 0
    while (start := text.find("=?", position)) >= 0:
        word = _word_at(text, start)
        gap = text[position:start]
        if word is None:
            out += [_flush(pending), gap, "=?"]
            pending, position = None, start + 2
            continue
        charset, content, position = word
        if gap.strip() or (gap and pending is None):
            out += [_flush(pending), gap]
            pending = None
        if pending is not None and pending[0] == charset:
            pending[1].extend(content)
        else:
            out.append(_flush(pending))
            pending = (charset, bytearray(content))
    out += [_flush(pending), text[position:]]
    return "".join(out)


def _flush(pending: tuple[str, bytearray] | None) -> str:
    return decode(bytes(pending[1]), pending[0]) if pending else ""


_WORD_HEAD = re.compile(r"=\?([^?\s=*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?")
_ESCAPED_NEXT = re.compile(r"[0-9A-Fa-f]{2}[^\s=?]*(?:=[0-9A-Fa-f]{2}[^\s=?]*)*\?=")


def _word_at(text: str, start: int) -> tuple[str, bytes, int] | None:
    head = _WORD_HEAD.match(text, start)
    if head is None or head[1].lower() in REFUSED:
        return None
    end = text.find("?=", head.end())
    is_quoted = head[2] in "qQ"
    # "?=" may be a raw question mark before an escaped byte: "=?utf-8?Q?wirklich?=C3=9C?=".
    while is_quoted and end >= 0 and _ESCAPED_NEXT.match(text, end + 2, end + 200):
        end = text.find("?=", end + 2)
    body = text[head.end() : end]
    if end < 0 or "=?" in body:
        return None
    content = _from_q(body) if is_quoted else from_base64(body.encode("ascii", "ignore"))
    return head[1].lower(), content, end + 2


def _from_q(body: str) -> bytes:
    raw = body.replace("_", " ").encode("utf-8", "replace")
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), raw)


_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_DIGITS_OR_PADDING = bytes(set(range(256)) - set(_DIGITS) - set(b"="))


def from_base64(content: bytes) -> bytes:
    """The bytes of possibly broken base64: strange characters are skipped, padding is mended."""
    clean = content.translate(None, _NOT_DIGITS_OR_PADDING).rstrip(b"=")
    # Pieces encoded apart and joined have padding inside.
    pieces_in = clean.split(b"=", 1000)
    pieces_in[-1] = pieces_in[-1].replace(b"=", b"")
    pieces = []
    for digits in filter(None, pieces_in):
        if len(digits) % 4 == 1:
            digits = digits[:-1]
        pieces.append(binascii.a2b_base64(digits + b"=" * (-len(digits) % 4)))
    return b"".join(pieces)


def parameters(value: bytes, *, hint: str = "") -> tuple[str, dict[str, str]]:
    """The leading value (as written) and the parameters of a Content-Type or Content-Disposition.

    Takes what senders produce: missing semicolons, unquoted blanks, open quotes, encoded words in
    names, RFC 2231 continuations and charsets. Names are lower case.
    """
    text = decode(value, hint=hint)
    if "(" in text:
        text = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
    head, _, rest = text.partition(";")
    if not rest and (cut := re.search(r"\s+\S+?=", head)):
        head, rest = head[: cut.start()], head[cut.start() :]
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, content in _pairs(rest):
        numbered = re.fullmatch(r"([^*]+)(?:\*(\d{1,3}))?(\*)?", name)
        if numbered and (numbered[2] or numbered[3]):
            pieces = extended.setdefault(numbered[1], {})
            pieces.setdefault(int(numbered[2] or 0), (bool(numbered[3]), content))
        else:
            plain.setdefault(name, words(content))
    for name, pieces in extended.items():
        plain[name] = _joined(pieces)
    return head.strip(), plain


_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+"|\([^()]*+\)', re.DOTALL)
_PAIR = re.compile(r'[;\s=]*([^;\s="]+)\s*(=)?\s*', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)("|\\?$)', re.DOTALL)


def _pairs(rest: str) -> Iterator[tuple[str, str]]:
    position = 0
    for _ in range(200):
        found = _PAIR.match(rest, position)
        if found is None:
            return
        if not found[2]:
            position = found.end()
            continue
        position = found.end()
        if quoted := _QUOTED.match(rest, position):
            content, position = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), quoted.end()
        else:
            end = rest.find(";", position)
            content = rest[position : end if end >= 0 else len(rest)]
            # "name=a b.txt" keeps its blank; a following "key=" begins the next parameter.
            if (cut := re.search(r"\s+[\w*-]+\s*=(?!\?)", content)) is not None:
                content = content[: cut.start()]
            position += len(content)
            content = content.strip()
        yield found[1].lower(), content


def _joined(pieces: dict[int, tuple[bool, str]]) -> str:
    charset = ""
    out = bytearray()
    for index in sorted(pieces):
        is_encoded, content = pieces[index]
        if is_encoded and index == min(pieces):
            parts = content.split("'", 2)
            if len(parts) == 3:
                charset, content = parts[0], parts[2]
        raw = content.encode("utf-8", "replace")
        out += unquote_to_bytes(raw) if is_encoded else raw
    return decode(bytes(out), charset)
