"""Addresses of the notice centre."""

from __future__ import annotations

from django.urls import path

from tierline.notices.views import centre, preferences

urlpatterns = [
    path("notices", centre.centre, name="notices"),
    path("notices/bell", centre.bell, name="notice_bell"),
    path("notices/read", centre.read, name="notices_read"),
    path("notices/preferences", preferences.preferences, name="notice_preferences"),
    path("notices/preferences/trial", preferences.try_mail, name="notice_trial"),
    path("notices/hooks", preferences.add_hook, name="hook_add"),
    path("notices/hooks/<int:hook_id>/remove", preferences.remove_hook, name="hook_remove"),
    path("notices/hooks/<int:hook_id>/trial", preferences.try_hook, name="hook_trial"),
    path("notices/messages/<int:message_id>/repeat", preferences.repeat, name="message_repeat"),
    path("notices/<int:notice_id>/open", centre.follow, name="notice_open"),
]
