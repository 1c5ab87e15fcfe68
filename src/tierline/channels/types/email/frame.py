"""A message's markup as one document for a sandboxed frame: our pictures inside, strangers' only when asked for."""

from __future__ import annotations

import base64
import html as entities
import re
from collections.abc import Iterable

from tierline.channels.base import Attachment, Inbound
from tierline.domain.redaction import redacted

# Browsers show documents of this size without complaint; further pictures stay files of the ticket.
MAX_INLINE_BYTES = 8 * 1024 * 1024
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
_CID = re.compile(r'(<img(?: [^\s=">]+="[^"]*")*? )src="cid:([^"]{1,998})"')
_REMOTE = re.compile(r'(<img(?: [^\s=">]+="[^"]*")*? )data-remote-src="(https?://[^"]{1,4000})"')
_TAG = re.compile(r"(<[^>]*>)")
_STYLE = (
    "html{background:#fff;color:#111;font:14px/1.6 system-ui,sans-serif}body{margin:12px;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}img[data-remote-src]{outline:1px dashed #999;min-width:1em;min-height:1em}"
    "blockquote{margin:0 0 0 .5em;padding-left:.75em;border-left:2px solid #ccc}pre{white-space:pre-wrap}"
)


def document(message: Inbound, *, pictures: bool = False) -> str:
    """The whole message, quotes and signature included, with what is sensitive masked.

    ``pictures``: remote ones are fetched by the reader's browser; else none is.
    """
    body = message.html or _plain(message)
    body = "".join(part if part.startswith("<") else _masked(part) for part in _TAG.split(body))
    body = _with_own_pictures(body, message.attachments)
    if pictures:
        body = _REMOTE.sub(r'\1src="\2"', body)
    return f'<!doctype html><meta charset="utf-8"><base target="_blank"><style>{_STYLE}</style><body>{body}</body>'


def has_remote(message: Inbound) -> bool:
    return _REMOTE.search(message.html) is not None


def _plain(message: Inbound) -> str:
    whole = "\n\n".join(filter(None, (message.text, message.signature, message.quoted)))
    return f"<pre>{entities.escape(whole)}</pre>"


def _masked(text: str) -> str:
    found = entities.unescape(text)
    masked = redacted(found)
    return text if masked == found else entities.escape(masked, quote=False)


def _with_own_pictures(body: str, files: Iterable[Attachment]) -> str:
    named = {file.content_id.lower(): file for file in files if file.content_id and file.sniffed_type in _SHOWN}
    spent = 0

    def own(found: re.Match[str]) -> str:
        nonlocal spent
        file = named.get(entities.unescape(found[2]).strip("<> ").lower())
        if file is None or spent + file.size > MAX_INLINE_BYTES:
            return f"{found[1]}data-missing"
        spent += file.size
        return f'{found[1]}src="data:{file.sniffed_type};base64,{base64.b64encode(file.content).decode()}"'

    return _CID.sub(own, body)
