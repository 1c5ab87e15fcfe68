"""Addresses of the pages that no single room owns."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from tierline.web.pages import articles, demo, door, help, palette, people, portal, rights
from tierline.web.pages.gallery import gallery

urlpatterns = [
    path("", door.home, name="home"),
    path("signin", door.enter, name="sign_in"),
    path("signin/demo", demo.enter, name="demo_sign_in"),
    path("signout", door.leave, name="sign_out"),
    path("preferences", door.prefer, name="preferences"),
    path("people", people.people, name="people"),
    path("people/rights/<int:request_id>", rights.settle, name="right_settle"),
    path("rights", rights.ask, name="right_ask"),
    path("me", people.me, name="me"),
    path("palette", palette.palette, name="palette"),
    path("articles/<str:number>", articles.article, name="article"),
    path("p/<slug:slug>/", portal.home, name="portal_home"),
    path("p/<slug:slug>/signin", portal.sign_in, name="portal_sign_in"),
    path("p/<slug:slug>/new", portal.new, name="portal_new"),
    path("p/<slug:slug>/files", portal.keep, name="portal_files"),
    path("p/<slug:slug>/answers", help.answers, name="portal_answers"),
    path("p/<slug:slug>/help", help.articles, name="portal_help"),
    path("p/<slug:slug>/help/<str:number>", help.article, name="portal_article"),
    path("p/<slug:slug>/tickets/<str:number>", portal.ticket, name="portal_ticket"),
    *(
        path(f"p/<slug:slug>/tickets/<str:number>/{verb}", portal.act, {"verb": verb}, name=f"portal_{verb}")
        for verb in ("reply", "verify", "reopen", "rate")
    ),
]

if getattr(settings, "DEVELOPMENT", False):
    urlpatterns.append(path("_components", gallery, name="gallery"))
