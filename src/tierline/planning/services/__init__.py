"""Verbs of planning: start, stop and resume a preview; confirm a rebase; and the jobs that carry them on."""

from tierline.planning.services.preview import (
    advance_preview,
    preview_draft,
    preview_rebase,
    resume_preview,
    run_preview,
    stop_preview,
)
from tierline.planning.services.rebase import advance_rebase, confirm_rebase, resume_rebase, run_rebase

__all__ = [
    "advance_preview",
    "advance_rebase",
    "confirm_rebase",
    "preview_draft",
    "preview_rebase",
    "resume_preview",
    "resume_rebase",
    "run_preview",
    "run_rebase",
    "stop_preview",
]
