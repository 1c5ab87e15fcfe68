"""Addresses of the answers room's pages."""

from __future__ import annotations

from django.urls import path

from tierline.answers import views

urlpatterns = [
    path("answers", views.overview, name="answers"),
    path("answers/<slug:slug>/policy", views.policy, name="answer_policy"),
    path("answers/<slug:slug>/evaluate", views.evaluate, name="answer_evaluate"),
    path("answers/<slug:slug>/evaluations/<int:evaluation_id>/use", views.use, name="answer_use"),
    path("answers/audit", views.audit, name="answer_audit"),
    path("answers/audit/<int:sample_id>", views.judge, name="answer_judge"),
    path("tickets/<str:number>/suggestions", views.suggestions, name="ticket_suggestions"),
]
