"""Which parts of a message are its text, which its markup, and which are files that came along."""

from __future__ import annotations

import html as entities
from collections.abc import Sequence
from dataclasses import dataclass, field

from tierline.channels.base import Attachment
from tierline.channels.types.email.charset import clean, clean_line, decode
from tierline.channels.types.email.html import lines_of_clean, lines_of_trap, sanitised
from tierline.channels.types.email.lines import Line, lines_of_text, unflowed
from tierline.channels.types.email.sniff import sniffed_type
from tierline.channels.types.email.structure import Part, uuencoded

_MEDIA = ("image", "audio", "video")
# Marks that would make "invoice\u202Efdp.exe" read as a PDF never reach a name: clean_line drops them.
MAX_NAME = 255


@dataclass(slots=True)
class Chosen:
    """The parts by use. An inline picture is among the files; the markup refers to it by ``cid:``."""

    text: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


def chosen(root: Part) -> Chosen:
    """Sorts the parts as RFC 8621 section 4.1.4 does, with the depth that the tree allows."""
    result = Chosen()
    if root.children:
        _sort(root.children, root.sub, result, is_alternative=False, uses=_Uses(True, True))
    elif root.main == "multipart":
        # No part can be found in it: what stands there is read as text.
        root.main, root.sub = "text", "plain"
        result.text.append(root)
        result.html.append(root)
    else:
        _sort([root], "mixed", result, is_alternative=False, uses=_Uses(True, True))
    return result


@dataclass(frozen=True, slots=True)
class _Uses:
    text: bool
    html: bool


def _sort(parts: Sequence[Part], kind: str, result: Chosen, *, is_alternative: bool, uses: _Uses) -> None:
    text_before, html_before = len(result.text), len(result.html)
    for index, part in enumerate(parts):
        if part.children:
            inside = is_alternative or part.sub == "alternative"
            _sort(part.children, part.sub, result, is_alternative=inside, uses=uses)
        elif part.main == "multipart" and not part.body.strip():
            continue
        elif not _is_inline(part, index, kind):
            result.files.append(part)
        elif kind == "alternative":
            _as_alternative(part, result)
        else:
            uses = _placed(part, result, is_alternative=is_alternative, uses=uses)
    if kind == "alternative":
        # An alternative in one form only stands for both.
        new_text, new_html = result.text[text_before:], result.html[html_before:]
        if uses.text and new_html and not new_text:
            result.text.extend(new_html)
        if uses.html and new_text and not new_html:
            result.html.extend(new_text)


def _is_inline(part: Part, index: int, kind: str) -> bool:
    if part.disposition == "attachment":
        return False
    is_media = part.main in _MEDIA
    if part.media_type not in ("text/plain", "text/html") and not is_media:
        return False
    return index == 0 or (kind != "related" and (is_media or not part.name))


def _as_alternative(part: Part, result: Chosen) -> None:
    if part.media_type == "text/plain":
        result.text.append(part)
    elif part.media_type == "text/html":
        result.html.append(part)
    else:
        result.files.append(part)


def _placed(part: Part, result: Chosen, *, is_alternative: bool, uses: _Uses) -> _Uses:
    if part.main in _MEDIA:
        result.files.append(part)
        return uses
    if is_alternative:
        uses = _Uses(uses.text and part.sub != "html", uses.html and part.sub != "plain")
    if uses.text:
        result.text.append(part)
    if uses.html:
        result.html.append(part)
    return uses


def text_of(part: Part) -> str:
    """The characters of a text part, decoded and clean."""
    text = clean(decode(part.content(), part.type_parameters.get("charset", "")))
    if part.sub == "plain" and part.type_parameters.get("format", "").lower() == "flowed":
        return unflowed(text, is_delsp=part.type_parameters.get("delsp", "").lower() == "yes")
    return text


@dataclass(slots=True)
class Body:
    """What the text and markup parts say: ``lines`` to read and separate, ``html`` to show."""

    lines: list[Line]
    html: str
    is_html_dropped: bool = False


def body_of(parts: Chosen) -> Body:
    """Reads the plain form unless it is empty; markup is shown only where there is some."""
    shown: dict[int, str] = {}
    is_dropped = False
    for part in parts.html:
        source = text_of(part)
        if part.sub == "html":
            shown[id(part)] = sanitised(source)
            is_dropped = is_dropped or (not shown[id(part)] and bool(source.strip()))
        elif source.strip():
            shown[id(part)] = f'<div style="white-space:pre-wrap">{entities.escape(source, quote=False)}</div>'
    has_markup = any(part.sub == "html" for part in parts.html)
    lines = _lines(parts.text, shown)
    if not any(line.text for line in lines) and has_markup:
        lines = _lines(parts.html, shown)
    return Body(lines, "\n".join(filter(None, shown.values())) if has_markup else "", is_dropped)


def _lines(parts: Sequence[Part], shown: dict[int, str]) -> list[Line]:
    lines: list[Line] = []
    for part in parts:
        if lines:
            lines.append(Line(""))
        if part.sub == "html":
            clean_markup = shown.get(id(part)) or sanitised(text_of(part))
            lines += lines_of_clean(clean_markup) if clean_markup else lines_of_trap(text_of(part))
        else:
            lines += lines_of_text(text_of(part))
    return lines


def files_of(parts: Chosen) -> tuple[Attachment, ...]:
    return tuple(_attachment(part) for part in parts.files)


def _attachment(part: Part) -> Attachment:
    content = part.content()
    name = _name(part.name)
    if part.main == "message" and not name:
        name = _name(_enclosed_subject(content))
    return Attachment(
        name=name,
        declared_type=part.media_type,
        sniffed_type=sniffed_type(content),
        content=content,
        content_id=part.fields.plain("content-id").strip("<> "),
        inline=part.disposition != "attachment" and part.main == "image",
    )


def _name(name: str) -> str:
    return clean_line(name)[:MAX_NAME]


def _enclosed_subject(content: bytes) -> str:
    del content
    return ""


def enclosed_files(text: bytes) -> tuple[list[Attachment], bytes]:
    """Files uuencoded into a plain body (scheduled jobs do that), and the body without them."""
    files = uuencoded(text) if b"begin " in text else []
    kept, position = [], 0
    found = []
    for name, content, start, end in files:
        kept.append(text[position:start])
        position = end
        found.append(
            Attachment(_name(decode(name)), "application/octet-stream", sniffed_type(content), content, inline=False)
        )
    return found, b"".join([*kept, text[position:]])
