"""The tree of parts of a MIME message, found in the bytes and bounded whatever they say."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tierline.channels.types.email.headers import Fields, from_base64, parameters, read_fields, split_block

MAX_DEPTH = 25
MAX_PARTS = 500
_TYPE = re.compile(r"[!#-'*+.^_`{|}~\w-]{1,127}")
_DASHED_LINE = re.compile(rb"(?:^|\n)--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n")
_DASHED_PART = re.compile(rb"(?:^|\n)--([^\s][^\r\n]{0,200}?)[ \t]*\r?\n(?=(?i:content-))")
_LF, _CR = b"\n\r"
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)


@dataclass(slots=True, eq=False)
class Part:
    """One entity: ``message[start:end]`` is its body, still transfer-encoded.

    A multipart that could be split has ``children``.
    """

    fields: Fields
    message: bytes = field(repr=False)
    start: int
    end: int
    main: str = "text"
    sub: str = "plain"
    type_parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    is_cut: bool = False

    @property
    def body(self) -> bytes:
        return self.message[self.start : self.end]

    @property
    def media_type(self) -> str:
        return f"{self.main}/{self.sub}"

    @property
    def name(self) -> str:
        return self.disposition_parameters.get("filename") or self.type_parameters.get("name", "")

    def walk(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.walk()

    def content(self) -> bytes:
        """The body without its transfer encoding; what cannot be decoded stays as it was."""
        encoding = self.fields.plain("content-transfer-encoding").lower().partition(";")[0].strip()
        if encoding == "base64":
            return _with_plain_tail(self.body) if self.main == "text" else from_base64(self.body)
        if encoding.replace(" ", "") == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue"):
            found = uuencoded(self.body)
            return found[0][1] if found else self.body
        return self.body


# Lists and gateways write their foot in plain letters below a text in base64.
_PLAIN_TAIL = re.compile(rb"(?<=[A-Za-z0-9+/=])[ \t]*\r?\n(?:[ \t]*\r?\n)+(?=[^\r\n]{0,998}[^A-Za-z0-9+/=\s])")


def _with_plain_tail(body: bytes) -> bytes:
    found = _PLAIN_TAIL.search(body)
    if found is None:
        return from_base64(body)
    return from_base64(body[: found.start()]) + b"\n\n" + body[found.end() :]


def read_tree(message: bytes, *, hint: str = "") -> Part:
    """The whole message as a tree. Unsplittable or too deep multiparts are leaves holding their source."""
    return _part(message, 0, len(message), level=_Level(0, [MAX_PARTS], hint, "text/plain"))


@dataclass(frozen=True, slots=True)
class _Level:
    """Where in the tree the reading is. ``budget`` holds the one number of parts left for the whole message."""

    depth: int
    budget: list[int]
    hint: str
    default_type: str


def _part(message: bytes, start: int, end: int, *, level: _Level) -> Part:
    level.budget[0] -= 1
    fields_end, body_start = split_block(message, start, end)
    fields = read_fields(message[start:fields_end])
    part = Part(fields, message, body_start, end)
    _declare(part, default=level.default_type, hint=level.hint)
    if part.main == "multipart" and level.depth < MAX_DEPTH:
        _split(part, level=level)
    return part


def _declare(part: Part, *, default: str, hint: str) -> None:
    head, part.type_parameters = parameters(part.fields.raw("content-type"), hint=hint)
    main, _, sub = head.lower().partition("/")
    main, sub = main.strip(), sub.strip()
    if _TYPE.fullmatch(main) and _TYPE.fullmatch(sub):
        part.main, part.sub = main, sub
    elif main == "text":
        part.main, part.sub = "text", "plain"
    else:
        part.main, _, part.sub = default.partition("/")
        # A boundary says what a broken or missing type did not.
        if part.type_parameters.get("boundary"):
            part.main, part.sub = "multipart", "mixed"
    head, part.disposition_parameters = parameters(part.fields.raw("content-disposition"), hint=hint)
    part.disposition = head.strip().lower()


def _split(part: Part, *, level: _Level) -> None:
    boundary = part.type_parameters.get("boundary", "").rstrip()
    wanted = boundary.encode("utf-8", "replace") or _first_boundary(part)
    if not wanted:
        return
    sections = _sections(part, wanted)
    if not sections and boundary and (used := _first_boundary(part, is_sure=True)):
        sections = _sections(part, used)
    default = "message/rfc822" if part.sub == "digest" else "text/plain"
    below = _Level(level.depth + 1, level.budget, level.hint, default)
    for start, end, is_cut in sections:
        if level.budget[0] <= 0:
            break
        child = _part(part.message, start, end, level=below)
        child.is_cut = is_cut
        part.children.append(child)


def _first_boundary(part: Part, *, is_sure: bool = False) -> bytes:
    """The boundary that the body itself uses, for a multipart that forgot to name one or names another.

    ``is_sure``: only a line that a Content- field follows counts.
    """
    pattern = _DASHED_PART if is_sure else _DASHED_LINE
    found = pattern.search(part.message, max(part.start - 1, 0), part.end)
    return found[1] if found else b""


def _sections(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    """Start and end of each part, and whether the message ended before the part did.

    A line that is exactly the delimiter counts; only when there is none, a line that begins with it
    does (RFC 2046 allows either reading, and inner boundaries often extend outer ones).
    """
    marks = list(_delimiters(part, boundary, is_exact=True)) or list(_delimiters(part, boundary, is_exact=False))
    sections = []
    for index, (_, start, is_close) in enumerate(marks):
        if is_close:
            break
        is_last = index + 1 == len(marks)
        end = part.end if is_last else marks[index + 1][0]
        if start <= end:
            sections.append((start, end, is_last))
    return sections


def _delimiters(part: Part, boundary: bytes, *, is_exact: bool) -> Iterator[tuple[int, int, bool]]:
    """(where the part before ends, where the next starts, is it the closing one) of every delimiter line."""
    message, wanted = part.message, b"--" + boundary
    position = part.start
    while (found := message.find(wanted, position, part.end)) >= 0:
        position = found + len(wanted)
        if found > part.start and message[found - 1] not in b"\r\n":
            continue
        line_end = message.find(b"\n", position, part.end)
        line_end = part.end if line_end < 0 else line_end
        rest = message[position : min(line_end, position + 200)].strip()
        if is_exact and rest not in (b"", b"--"):
            continue
        before = found - 1 if found > part.start and message[found - 1] == _LF else found
        if before > part.start and message[before - 1] == _CR:
            before -= 1
        yield before, min(line_end + 1, part.end), rest.startswith(b"--")
        position = line_end


def uuencoded(body: bytes) -> list[tuple[bytes, bytes, int, int]]:
    """Every complete uuencoded file in ``body``: name, content, start and end of its block."""
    files: list[tuple[bytes, bytes, int, int]] = []
    position = 0
    while len(files) < MAX_PARTS and (begin := _UU_BEGIN.search(body, position)):
        lines = []
        at = begin.end() + 1
        is_complete = False
        while at < len(body) and not is_complete:
            line_end = body.find(b"\n", at)
            line_end = len(body) if line_end < 0 else line_end
            line = body[at:line_end].rstrip(b"\r")
            at = line_end + 1
            if line == b"end":
                is_complete = True
            elif (decoded := _uu_line(line)) is None:
                break
            else:
                lines.append(decoded)
        if is_complete:
            files.append((begin[1].strip(), b"".join(lines), begin.start(), at))
        position = max(at, begin.end())
    return files


def _uu_line(line: bytes) -> bytes | None:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the last group; the length byte says how much of it counts.
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:size])
        except binascii.Error:
            return None
