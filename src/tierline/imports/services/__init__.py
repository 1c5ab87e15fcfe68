"""Verbs of imports: from a command line in one go, from a page by the worker."""

from tierline.imports.services.bringing import BATCH, finish_run, import_batch, import_cases, start_run
from tierline.imports.services.uploading import (
    CHECKED,
    CHECKING,
    DONE,
    FAILED,
    FILE_LIMIT,
    RUNNING,
    UPLOADED,
    NotReady,
    add_upload,
    begin_upload,
    check_upload,
)

__all__ = [
    "BATCH",
    "CHECKED",
    "CHECKING",
    "DONE",
    "FAILED",
    "FILE_LIMIT",
    "RUNNING",
    "UPLOADED",
    "NotReady",
    "add_upload",
    "begin_upload",
    "check_upload",
    "finish_run",
    "import_batch",
    "import_cases",
    "start_run",
]
