"""Addresses of the desk's pages."""

from __future__ import annotations

from django.urls import path

from tierline.desk.views import (
    bulk,
    checklist,
    dispatching,
    files,
    ledger,
    moves,
    oncall,
    opening,
    presence,
    queue,
    routing,
    saved_views,
    ticket,
)

urlpatterns = [
    path("queue", queue.queue, name="queue"),
    path("queue/next", routing.next_for_me, name="queue_next"),
    path("queue/more", queue.more, name="queue_more"),
    path("queue/rows", queue.rows, name="queue_rows"),
    path("queue/filters", queue.filters, name="queue_filters"),
    path("queue/bulk", bulk.bulk, name="queue_bulk"),
    path("queue/undo", bulk.undo, name="queue_undo"),
    path("queue/views", saved_views.saved, name="queue_views"),
    path("queue/views/<int:view_id>", saved_views.change, name="queue_view"),
    path("oncall", oncall.oncall, name="oncall"),
    path("oncall/presence", oncall.presence, name="oncall_presence"),
    path("oncall/handover", oncall.hand_over, name="oncall_handover"),
    path("oncall/handover/<int:note_id>/accept", oncall.accept_note, name="oncall_accept"),
    path("dispatch", dispatching.rules, name="dispatch"),
    path("dispatch/skills", dispatching.add_skill, name="dispatch_skill"),
    path("dispatch/<int:enterprise_id>", dispatching.change, name="dispatch_change"),
    path("dispatch/<int:enterprise_id>/needs", dispatching.add_need, name="dispatch_need"),
    path("dispatch/<int:enterprise_id>/papers", dispatching.ask_paper, name="dispatch_paper"),
    path("dispatch/needs/<int:need_id>/remove", dispatching.remove_need, name="dispatch_need_remove"),
    path("dispatch/papers/<int:requirement_id>/end", dispatching.end_paper, name="dispatch_paper_end"),
    path("tasks", files.tasks, name="tasks"),
    path("attachments/<int:attachment_id>", files.attachment, name="attachment"),
    path("tickets/new", opening.new, name="ticket_new"),
    path("tickets/<str:number>", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/original", ticket.original, name="ticket_original"),
    path("tickets/<str:number>/presence", presence.presence, name="ticket_presence"),
    path("tickets/<str:number>/files", files.keep, name="ticket_files"),
    path("tickets/<str:number>/routing", routing.why, name="ticket_routing"),
    path("tickets/<str:number>/clocks", ledger.clocks, name="ticket_clocks"),
    path("tickets/<str:number>/checklist", checklist.checklist, name="ticket_checklist"),
    path("tickets/<str:number>/peek", queue.peek, name="ticket_peek"),
    path("tickets/<str:number>/tasks/<int:task>/finish", moves.finish_task, name="task_finish"),
    path("tickets/<str:number>/<slug:verb>", moves.move, name="ticket_move"),
]
