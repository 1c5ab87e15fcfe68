"""Addresses of the doors' pages."""

from __future__ import annotations

from django.urls import path

from tierline.channels.views import original, undelivered

urlpatterns = [
    path("tickets/<str:number>/undelivered", undelivered.undelivered, name="ticket_undelivered"),
    path("tickets/<str:number>/undelivered/<int:outbound>", undelivered.repeat, name="ticket_repeat"),
    path("tickets/<str:number>/mail/<int:seq>", original.frame, name="mail_frame"),
    path("tickets/<str:number>/mail/<int:seq>/pictures", original.pictures, name="mail_pictures"),
    path("tickets/<str:number>/mail/<int:seq>/eml", original.original, name="mail_original"),
]
