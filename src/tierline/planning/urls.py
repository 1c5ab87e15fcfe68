"""Addresses of planning's pages."""

from __future__ import annotations

from django.urls import path

from tierline.planning.views import preview, rebase

urlpatterns = [
    path("agreements/<int:agreement>/drafts/<int:draft>/preview", preview.of_draft, name="draft_preview"),
    path("agreements/<int:agreement>/rebase", rebase.of_agreement, name="agreement_rebase"),
    path("previews/<int:preview_id>", preview.shown, name="preview"),
    path("previews/<int:preview_id>/stop", preview.stop, name="preview_stop"),
    path("previews/<int:preview_id>/resume", preview.resume, name="preview_resume"),
    path("previews/<int:preview_id>/confirm", rebase.confirm, name="rebase_confirm"),
    path("previews/<int:preview_id>/continue", rebase.go_on, name="rebase_continue"),
    path("previews/<int:preview_id>/tickets/<str:number>", preview.ticket, name="preview_ticket"),
]
