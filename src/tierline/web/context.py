"""What every page's shell needs: who, where, language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"actor": getattr(request, "actor", None), "received_at": getattr(request, "received_at", None)}
