"""What does the database's refusal of a row mean? Keys that guard references and names, as named errors."""

from __future__ import annotations

from django.db import IntegrityError
from psycopg import errors

from tierline.domain.errors import DomainError


class Unreachable(DomainError):
    """A reference leads to no row of the same enterprise; whether the row exists elsewhere is not said."""

    code = "not_found"


class Taken(DomainError):
    """Another row already has this name or number."""

    code = "taken"


# Kept by the machinery itself, never by what a person sent: a clash there is a fault of ours.
_OURS = frozenset({"entry_chain", "ticketevent_seq", "timer_subject", "ticket_number", "answered_key"})


def named(error: IntegrityError) -> DomainError | None:
    """The refusal that the violated constraint stands for; None when it is a fault of the program.

    ``what`` is the column without its ``_id`` for a reference, the table without its room for a name.
    """
    cause = error.__cause__
    if not isinstance(cause, errors.ForeignKeyViolation | errors.UniqueViolation):
        return None
    table, constraint = cause.diag.table_name or "", cause.diag.constraint_name or ""
    if isinstance(cause, errors.UniqueViolation):
        return None if constraint in _OURS or constraint.endswith("_pkey") else Taken(what=table.partition("_")[2])
    if not constraint.startswith(f"{table}_"):
        return None
    return Unreachable(what=constraint.removeprefix(f"{table}_").removesuffix("_id"))
