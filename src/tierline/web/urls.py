"""Addresses of the pages that no single room owns."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from tierline.web.pages import articles, demo, door, help, knowledge, palette, people, portal, rights
from tierline.web.pages.channels import keys, listing, mailboxes, webhooks
from tierline.web.pages.gallery import gallery

_MAILBOX = "channels/mailboxes/<int:mailbox_id>"

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
    path("channels", listing.channels, name="channels"),
    path("channels/keys", keys.make, name="channel_keys"),
    path("channels/keys/<int:key_id>/revoke", keys.revoke, name="channel_key_revoke"),
    path("channels/mailboxes/new", mailboxes.new, name="channel_mailbox_new"),
    path("channels/mailboxes/<int:mailbox_id>", mailboxes.mailbox, name="channel_mailbox"),
    path("channels/mailboxes/<int:mailbox_id>/edit", mailboxes.edit, name="channel_mailbox_edit"),
    *(
        path(
            f"channels/mailboxes/<int:mailbox_id>/{verb}", mailboxes.act, {"verb": verb}, name=f"channel_mailbox_{verb}"
        )
        for verb in ("test", "pause", "resume")
    ),
    *(
        path(f"{_MAILBOX}/{way}/<int:delivery_id>", mailboxes.again, {"way": way}, name=f"channel_again_{way}")
        for way in ("in", "out")
    ),
    path("channels/webhooks/new", webhooks.new, name="channel_webhook_new"),
    path("channels/webhooks/<int:webhook_id>", webhooks.webhook, name="channel_webhook"),
    path("channels/webhooks/<int:webhook_id>/edit", webhooks.edit, name="channel_webhook_edit"),
    *(
        path(f"channels/webhooks/<int:webhook_id>/{verb}", webhooks.act, {"verb": verb}, name=f"channel_webhook_{verb}")
        for verb in ("test", "pause", "resume", "secret", "replay", "remove")
    ),
    path(
        "channels/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>", webhooks.redeliver, name="channel_redeliver"
    ),
    path("knowledge", knowledge.listing, name="knowledge"),
    path("articles/<str:number>", articles.article, name="article"),
    path("articles/<str:number>/files/<str:name>", articles.file, name="article_file"),
    path("p/<slug:slug>/", portal.home, name="portal_home"),
    path("p/<slug:slug>/signin", portal.sign_in, name="portal_sign_in"),
    path("p/<slug:slug>/new", portal.new, name="portal_new"),
    path("p/<slug:slug>/files", portal.keep, name="portal_files"),
    path("p/<slug:slug>/answers", help.answers, name="portal_answers"),
    path("p/<slug:slug>/help", help.articles, name="portal_help"),
    path("p/<slug:slug>/help/<str:number>", help.article, name="portal_article"),
    path("p/<slug:slug>/help/<str:number>/rate", help.rate, name="portal_article_rate"),
    path("p/<slug:slug>/help/<str:number>/files/<str:name>", help.file, name="portal_article_file"),
    path("p/<slug:slug>/tickets/<str:number>", portal.ticket, name="portal_ticket"),
    *(
        path(f"p/<slug:slug>/tickets/<str:number>/{verb}", portal.act, {"verb": verb}, name=f"portal_{verb}")
        for verb in ("reply", "verify", "reopen", "rate", "helped")
    ),
]

if getattr(settings, "DEVELOPMENT", False):
    urlpatterns.append(path("_components", gallery, name="gallery"))
