"""Addresses of the knowledge room's pages; the list and the article itself show several rooms and are web's."""

from __future__ import annotations

from django.urls import path

from tierline.knowledge.views import arranging, editing, procedures, reading

urlpatterns = [
    path("knowledge/new", editing.new, name="article_new"),
    path("knowledge/review", reading.review, name="knowledge_review"),
    path("knowledge/procedures", procedures.overview, name="knowledge_procedures"),
    path("knowledge/checklists", arranging.checklist_page, name="knowledge_checklists"),
    path("knowledge/synonyms", arranging.synonym_page, name="knowledge_synonyms"),
    path("knowledge/shelf", arranging.shelf_page, name="knowledge_shelf"),
    path("knowledge/gaps", arranging.gap, name="knowledge_gap"),
    path("articles/<str:number>/edit", editing.edit, name="article_edit"),
    path("articles/<str:number>/versions", reading.versions, name="article_versions"),
    path("articles/<str:number>/readers", procedures.readers, name="procedure_readers"),
    path("articles/<str:number>/read", procedures.confirm, name="procedure_confirm"),
    path("articles/<str:number>/offer", arranging.offer, name="article_offer"),
    path("articles/<str:number>/<slug:verb>", editing.move, name="article_move"),
]
