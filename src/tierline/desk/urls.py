"""Addresses of the desk's pages."""

from __future__ import annotations

from django.urls import path

from tierline.desk.views import bulk, files, ledger, moves, presence, queue, saved_views, ticket

urlpatterns = [
    path("queue", queue.queue, name="queue"),
    path("queue/more", queue.more, name="queue_more"),
    path("queue/rows", queue.rows, name="queue_rows"),
    path("queue/filters", queue.filters, name="queue_filters"),
    path("queue/bulk", bulk.bulk, name="queue_bulk"),
    path("queue/undo", bulk.undo, name="queue_undo"),
    path("queue/views", saved_views.saved, name="queue_views"),
    path("queue/views/<int:view_id>", saved_views.change, name="queue_view"),
    path("tasks", files.tasks, name="tasks"),
    path("attachments/<int:attachment_id>", files.attachment, name="attachment"),
    path("tickets/new", moves.new, name="ticket_new"),
    path("tickets/<str:number>", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/presence", presence.presence, name="ticket_presence"),
    path("tickets/<str:number>/files", files.keep, name="ticket_files"),
    path("tickets/<str:number>/clocks", ledger.clocks, name="ticket_clocks"),
    path("tickets/<str:number>/peek", queue.peek, name="ticket_peek"),
    path("tickets/<str:number>/tasks/<int:task>/finish", moves.finish_task, name="task_finish"),
    path("tickets/<str:number>/<slug:verb>", moves.move, name="ticket_move"),
]
