"""To which addresses was a message delivered? Read off its header block, before anything is parsed."""

from __future__ import annotations

import re

_HEADER_BYTES = 256 * 1024
_ADDRESSES = 200
# Where the delivering server wrote it down comes before what the sender wrote.
_FIELDS = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to", b"to", b"cc")
_FIELD = re.compile(rb"^(" + b"|".join(_FIELDS) + rb")[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\[\]\\@]{1,255}")


def addressed_to(message: bytes) -> list[str]:
    """Lower-case addresses, most trustworthy field first, each once and without its +detail."""
    head = re.split(rb"\r?\n\r?\n", message[:_HEADER_BYTES].lstrip(b"\r\n"), maxsplit=1)[0]
    found: dict[bytes, list[str]] = {name: [] for name in _FIELDS}
    for field in _FIELD.finditer(head):
        addresses = _ADDRESS.findall(field[2])[:_ADDRESSES]
        found[field[1].lower()] += [plain(a.decode("utf-8", "replace")) for a in addresses]
    return list(dict.fromkeys(address for name in _FIELDS for address in found[name]))


def plain(address: str) -> str:
    """``address`` in lower case and without the detail: ``support+t1a-k2j3@x.example`` -> ``support@x.example``."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
