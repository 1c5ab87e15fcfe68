"""Addresses of the problems room's fragments."""

from __future__ import annotations

from django.urls import path

from tierline.problems import views

urlpatterns = [path("tickets/<str:number>/known-errors", views.known_errors, name="ticket_known_errors")]
