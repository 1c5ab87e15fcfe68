"""Keys of this installation: made once, kept in the state folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets as source
from pathlib import Path

from tierline.plumbing.home import home, prepare, write_private


def secret(name: str) -> str:
    """The named key, 43 characters of URL-safe text. ``TIERLINE_SECRET_<NAME>`` wins over the stored one."""
    given = os.environ.get(f"TIERLINE_SECRET_{name.upper()}")
    return given or _stored(home() / "secrets" / name)


def _stored(path: Path) -> str:
    if not path.exists():
        prepare(home())
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        write_private(fresh, source.token_urlsafe(32))
        try:
            # Of two first starts at once the one that links first wins, and both read its key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
