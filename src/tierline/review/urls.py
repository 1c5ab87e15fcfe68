"""Addresses of the review room's fragments."""

from __future__ import annotations

from django.urls import path

from tierline.review import views

urlpatterns = [path("tickets/<str:number>/rating", views.rating, name="ticket_rating")]
