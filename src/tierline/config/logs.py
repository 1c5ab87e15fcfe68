"""Logs: one JSON object a line on stderr. Tracebacks without local values: those hold what people wrote.

What is sensitive in any value is masked on the way out, also in the lines of libraries.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from tierline.domain.redaction import redacted, redacted_words

_PLAIN = (str, int, float, bool, list, tuple, dict, type(None))


def configure() -> None:
    for handler in (*logging.getLogger().handlers, logging.lastResort):
        if handler is not None:
            handler.setFormatter(Masking("%(levelname)s %(name)s %(message)s"))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def masked(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The line with every text in it redacted; after the traceback was written out, so that its message is one."""
    return redacted_words({name: value if isinstance(value, _PLAIN) else str(value) for name, value in line.items()})


class Masking(logging.Formatter):
    """The same for the lines that libraries write by ``logging``, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
