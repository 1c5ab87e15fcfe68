"""Addresses of the pages of people and shifts."""

from __future__ import annotations

from django.urls import path

from tierline.workforce.views import mine, people, rosters

urlpatterns = [
    path("people/<int:person_id>", people.person, name="person"),
    *(
        path(f"people/<int:person_id>/{what}", people.change, {"what": what}, name=f"person_{what}")
        for what in ("skill", "credential", "profile", "assignment")
    ),
    *(
        path(
            f"people/<int:person_id>/{what}/<int:row_id>/end",
            people.take_back,
            {"what": what},
            name=f"person_end_{what}",
        )
        for what in ("skill", "credential", "assignment")
    ),
    path("rosters", rosters.rosters, name="rosters"),
    path("rosters/<int:roster_id>", rosters.roster, name="roster"),
    path("rosters/<int:roster_id>/publish", rosters.publish, name="roster_publish"),
    path("rosters/<int:roster_id>/copy", rosters.copy, name="roster_copy"),
    path("rosters/lines/<int:line_id>/remove", rosters.remove_line, name="roster_line_remove"),
    path("leave/<int:leave_id>", rosters.settle_leave, name="leave_settle"),
    path("shifts", mine.shifts, name="my_shifts"),
    path("shifts/leave", mine.ask_leave, name="leave_ask"),
    path("shifts/leave/<int:leave_id>/withdraw", mine.withdraw_leave, name="leave_withdraw"),
    path("shifts/feed", mine.renew_feed, name="feed_renew"),
    path("shifts/<int:shift_id>/stand-in", mine.stand_in, name="stand_in"),
    path("swaps/<int:swap_id>", mine.answer_swap, name="swap_answer"),
    path("calendar/<str:token>.ics", mine.feed, name="shift_feed"),
]
