"""Why nothing could be learned or measured."""

from __future__ import annotations

from typing import ClassVar

from tierline.domain.errors import DomainError


class RowsUnreadable(DomainError):
    """Not a file of the expected kind. ``path``, ``reason``."""

    code: ClassVar[str] = "rows_unreadable"


class ColumnsMissing(DomainError):
    """The file lacks columns or keys. ``path``, ``missing``, and ``line`` where it is one row's fault."""

    code: ClassVar[str] = "columns_missing"


class NothingToLearn(DomainError):
    """No row with a text and a label. ``path``."""

    code: ClassVar[str] = "nothing_to_learn"


class OneLabelOnly(DomainError):
    """Every row says the same: there is nothing to tell apart. ``label``, ``rows``."""

    code: ClassVar[str] = "one_label_only"


class ModelUnreadable(DomainError):
    """Not a model that this version can read. ``path``, ``reason``."""

    code: ClassVar[str] = "model_unreadable"


class EmbedderFailed(DomainError):
    """The embedding provider gave no usable answer; the caller goes on without it. ``provider``, ``reason``."""

    code: ClassVar[str] = "embedder_failed"
