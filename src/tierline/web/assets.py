"""The files that pages load: ours and the allow-listed third-party ones, in memory, under one content digest.

The digest is a folder of the address, so that a module's relative imports stay inside one build and a
browser may keep everything for ever. Third-party files come from ``static/vendor`` (a built package) or
from ``node_modules`` (a checkout); one that is in neither is simply not offered, and pages do without.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static"
NODE_MODULES = Path(__file__).resolve().parents[3] / "node_modules"

# What we serve of other people's packages, and nothing else.
VENDORED: Mapping[str, str] = {"vendor/htmx.js": "htmx.org/dist/htmx.min.js"}

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".ico": "image/x-icon"}


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    packed: bytes
    type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Build:
    name: str
    files: Mapping[str, File]


@cache
def build() -> Build:
    """Everything as it was when the process started."""
    files = {name: _file(path) for name, path in sorted(_sources())}
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(f"{name}\n{file.etag}\n".encode())
    return Build(digest.hexdigest()[:12], files)


def address(name: str) -> str:
    """Where a page finds the file. Raises KeyError for one that does not exist."""
    current = build()
    if name not in current.files:
        raise KeyError(name)
    return f"/static/{current.name}/{name}"


def collect() -> list[Path]:
    """Copy the allow-listed files of ``node_modules`` into the package; what was copied."""
    made = []
    for name, source in VENDORED.items():
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((NODE_MODULES / source).read_bytes())
        made.append(target)
    return made


def _sources() -> Iterator[tuple[str, Path]]:
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix in TYPES:
            yield path.relative_to(FOLDER).as_posix(), path
    for name, source in VENDORED.items():
        if not (FOLDER / name).exists() and (NODE_MODULES / source).exists():
            yield name, NODE_MODULES / source


def _file(path: Path) -> File:
    body = path.read_bytes()
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith(("text/", "image/svg")) else ""
    return File(body, gzip.compress(body, mtime=0), kind + charset, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
