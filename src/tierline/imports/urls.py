"""Addresses of the imports room's pages."""

from __future__ import annotations

from django.urls import path

from tierline.imports.views import runs

urlpatterns = [
    path("imports", runs.overview, name="imports"),
    path("imports/new", runs.new, name="import_new"),
    path("imports/<int:run_id>", runs.run, name="import"),
    path("imports/<int:run_id>/begin", runs.begin, name="import_begin"),
    path("imports/<int:run_id>/errors.csv", runs.errors, name="import_errors"),
]
