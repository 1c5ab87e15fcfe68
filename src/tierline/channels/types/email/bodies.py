"""Which parts of a message are its text, which its markup, and which are files that came along."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tierline.channels.base import Attachment
from tierline.channels.types.email.charset import clean, clean_line, decode
from tierline.channels.types.email.html import lines_of_clean, lines_of_trap, sanitised
from tierline.channels.types.email.lines import Line, lines_of_text, unflowed
from tierline.channels.types.email.names import made_up, unique
from tierline.channels.types.email.structure import Part, uuencoded
from tierline.domain.filetypes import sniffed_type

_MEDIA = ("image", "audio", "video")
MAX_NAME = 255
# A plain form with less than half of the words is "please read this as HTML", not the message.
MAX_STUB_RATIO = 2
_LINK = re.compile(r"<?(?:https?|mailto):\S*|\s+")
_TAG = re.compile(r"<[^>]*>")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)


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
        is_alternative = root.sub == "alternative"
        _sort(root.children, root.sub, result, is_alternative=is_alternative, uses=_Uses(True, True))
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


@dataclass(slots=True)
class Body:
    """What the text and markup parts say: ``lines`` to separate, ``html`` to show, files pasted into text."""

    lines: list[Line]
    html: str
    files: list[Attachment] = field(default_factory=list)
    is_html_dropped: bool = False


def body_of(parts: Chosen, *, hint: str = "") -> Body:
    """Reads the plain form unless it is empty or a stub; markup is shown only where there is some."""
    body = Body([], "")
    read = {id(part): part for part in [*parts.text, *parts.html]}
    texts = {key: _text_of(part, body.files, hint) for key, part in read.items()}
    markup = {key: sanitised(texts[key]) for key, part in read.items() if part.sub == "html"}
    body.is_html_dropped = any(not safe and texts[key].strip() for key, safe in markup.items())
    body.lines = _lines(parts.text, texts, markup)
    if any(part.sub == "html" for part in parts.html):
        if _is_stub(body.lines, [part for part in parts.html if part not in parts.text], markup):
            body.lines = _lines(parts.html, texts, markup)
        shown = [markup[id(part)] if part.sub == "html" else _preformatted(texts[id(part)]) for part in parts.html]
        body.html = "\n".join(filter(None, shown)).strip()
    return body


def _is_stub(lines: Sequence[Line], others: Sequence[Part], markup: dict[int, str]) -> bool:
    """Whether the plain form has less than half of the letters of the other form; links do not count."""
    told = sum(len(_LINK.sub("", line.text)) for line in lines)
    other = sum(len(_LINK.sub("", _TAG.sub(" ", markup.get(id(part), "")))) for part in others)
    return other > MAX_STUB_RATIO * told


def _text_of(part: Part, files: list[Attachment], hint: str) -> str:
    """The characters of a text part; files uuencoded into a plain one move to ``files``."""
    content = part.content()
    charset = part.type_parameters.get("charset", "")
    if part.sub == "html":
        if not charset and (meta := _META_CHARSET.search(content[:2048])):
            charset = meta[1].decode("ascii", "replace")
        return clean(decode(content, charset, hint=hint))
    text = clean(decode(_without_files(content, files), charset, hint=hint))
    if part.type_parameters.get("format", "").lower() == "flowed":
        return unflowed(text, is_delsp=part.type_parameters.get("delsp", "").lower() == "yes")
    return text


def _without_files(text: bytes, files: list[Attachment]) -> bytes:
    found = uuencoded(text) if b"begin " in text else []
    kept, position = [], 0
    for name, content, start, end in found:
        kept.append(text[position:start])
        position = end
        files.append(Attachment(_name(decode(name)), "application/octet-stream", sniffed_type(content), content))
    return b"".join([*kept, text[position:]])


def _preformatted(text: str) -> str:
    return f'<div style="white-space:pre-wrap">{entities.escape(text, quote=False)}</div>' if text.strip() else ""


def _lines(parts: Sequence[Part], texts: dict[int, str], markup: dict[int, str]) -> list[Line]:
    lines: list[Line] = []
    for part in parts:
        if lines:
            lines.append(Line(""))
        if part.sub != "html":
            lines += lines_of_text(texts[id(part)])
        elif markup[id(part)]:
            lines += lines_of_clean(markup[id(part)])
        else:
            lines += lines_of_trap(texts[id(part)])
    return lines


def files_of(parts: Chosen) -> tuple[Attachment, ...]:
    """The files, each with a name; two never share one."""
    taken: set[str] = set()
    return tuple(_attachment(part, taken) for part in parts.files)


def _attachment(part: Part, taken: set[str]) -> Attachment:
    content = part.content()
    name = unique(_name(part.name) or _name(made_up(part, content)), taken)
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
