"""Files by their content: written once under the state folder, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tierline.domain.errors import DomainError
from tierline.plumbing.home import home, prepare


class FileTooLarge(DomainError):
    """More bytes than ``limit``."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int
    head: bytes


HEAD = 4096


def put(chunks: Iterable[bytes], *, limit: int) -> Stored:
    """Store the content; the same content twice is one file. On disk before this returns.

    Raises FileTooLarge without keeping anything.
    """
    folder = prepare(home()) / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise FileTooLarge(limit=limit)
                head = head or chunk[:HEAD]
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path(digest.hexdigest())
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(name).replace(target)
        _sync(target.parent)
    finally:
        Path(name).unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size, head)


def path(sha256: str) -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return home() / "files" / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
