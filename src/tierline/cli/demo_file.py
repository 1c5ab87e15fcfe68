"""What the demo wrote about itself in demo.json: {"demo_users": {part: email}, "history": {slug: days}}.

How far the history of an enterprise has come is in demo-SLUG.json: {"done": days, "days": days}.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def demo_users(folder: Path) -> dict[str, str]:
    """Role -> email, as ``demo.json`` names them; empty without demo data."""
    return {str(role): str(email) for role, email in _read(folder).get("demo_users", {}).items()}


def demo_password(folder: Path) -> str | None:
    """The one password of all demo sign-ins."""
    password = _read(folder).get("password")
    return str(password) if password else None


def demo_history(folder: Path) -> dict[str, tuple[int, int]]:
    """Enterprise -> (days written, days wanted) of the demo's history."""
    told = {}
    for slug, days in _read(folder).get("history", {}).items():
        done = _read(folder, f"demo-{slug}.json").get("done", 0)
        told[str(slug)] = (min(int(done), int(days)), int(days))
    return told


def _read(folder: Path, name: str = "demo.json") -> dict[str, Any]:
    try:
        read = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
