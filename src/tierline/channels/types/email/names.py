"""Names for files that came without one."""

from __future__ import annotations

import mimetypes
import re

from tierline.channels.types.email.charset import decode
from tierline.channels.types.email.headers import read_fields
from tierline.channels.types.email.structure import Part

_WITH_EXTENSION = re.compile(r"([^@/\\<>]{1,100}\.[A-Za-z0-9]{2,5})@")
_STEM = {"text": "document", "image": "image", "audio": "audio", "video": "video"}
_EXTENSION = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "video/quicktime": ".mov",
    "audio/mpeg": ".mp3",
    "application/vnd.ms-tnef": ".dat",
}


def made_up(part: Part, content: bytes) -> str:
    """A telling name from what the part says about itself: its location, subject, content id or type."""
    location = decode(part.fields.raw("content-location")).rpartition("/")[2]
    if "." in location:
        return location
    if part.media_type in ("message/rfc822", "message/global"):
        head = re.split(rb"\r?\n\r?\n", content[:65536], maxsplit=1)[0]
        return f"{read_fields(head).text('subject')[:100] or 'message'}.eml"
    if found := _WITH_EXTENSION.search(part.fields.plain("content-id")):
        return found[1]
    stem = "delivery-status" if part.sub == "delivery-status" else _STEM.get(part.main, "file")
    extension = _EXTENSION.get(part.media_type) or mimetypes.guess_extension(part.media_type) or ""
    return stem + ("" if extension == ".bin" else extension)


def unique(name: str, taken: set[str]) -> str:
    """``name``, or with a number before its extension when it is taken; the result is taken then."""
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    candidate, number = name, 0
    while candidate in taken:
        number += 1
        candidate = f"{stem}{number}{dot}{extension}"
    taken.add(candidate)
    return candidate
