"""The signing key of a web hook of the notifier, and the id of each message that goes there."""

from __future__ import annotations

import uuid
from typing import Any

from tierline.plumbing.signing import headers, made_secret, signature

__all__ = ["delivery_id", "headers", "secret_of", "signature"]

_NAMESPACE = uuid.UUID("8a7d2f0e-0f34-5b1c-9a53-6f3c5c0d7e11")


def secret_of(hook: Any) -> str:
    """Made of the installation's secret and the hook's salt, stored nowhere."""
    return made_secret(hook.provider_id, hook.id, hook.salt)


def delivery_id(message: Any) -> str:
    """The same for every try of one message, and for nothing else."""
    return str(uuid.uuid5(_NAMESPACE, f"{message.provider_id}:{message.key}"))
