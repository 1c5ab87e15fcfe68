"""The one base of every refusal: a stable code and the facts that explain it."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """A named refusal.

    ``code`` is stable and is what programs match on; the wording in the reader's language lives in
    the message catalogues under ``error.<code>``. ``facts`` fill the wording's placeholders and are
    safe to show to the person who asked.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        self.facts: dict[str, Any] = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({shown})" if shown else self.code


class Invalid(DomainError):
    """A value that no version of the request could make right. ``field`` names it."""

    code = "invalid"


class Missing(Invalid):
    """A required value is absent or blank. ``field`` names it."""

    code = "missing"


class NotFound(DomainError):
    """No such thing in the reader's reach; whether it exists elsewhere is not said. ``what`` names the kind."""

    code = "not_found"


class NotAllowed(DomainError):
    """The actor's role does not carry this right."""

    code = "not_allowed"


class Unauthenticated(DomainError):
    """Nobody is signed in, or the key is unknown, expired or revoked."""

    code = "unauthenticated"


class EnterpriseRequired(DomainError):
    """Several enterprises could be meant: name one."""

    code = "enterprise_required"


class StaleVersion(DomainError):
    """Someone else changed the record after the version the caller was looking at."""

    code = "stale_version"
