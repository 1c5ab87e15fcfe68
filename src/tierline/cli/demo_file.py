"""What the demo wrote about itself in demo.json: {"demo_users": {role: email}, "password": "..."}."""

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


def _read(folder: Path) -> dict[str, Any]:
    try:
        read = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
