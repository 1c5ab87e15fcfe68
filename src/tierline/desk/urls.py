"""Addresses of the desk's pages."""

from __future__ import annotations

from django.urls import path

from tierline.desk.views import files, moves, queue, ticket

urlpatterns = [
    path("queue", queue.queue, name="queue"),
    path("queue/bulk", queue.bulk, name="queue_bulk"),
    path("tasks", files.tasks, name="tasks"),
    path("attachments/<int:attachment_id>", files.attachment, name="attachment"),
    path("tickets/new", moves.new, name="ticket_new"),
    path("tickets/<str:number>", ticket.ticket, name="ticket"),
    path("tickets/<str:number>/peek", queue.peek, name="ticket_peek"),
    path("tickets/<str:number>/tasks/<int:task>/finish", moves.finish_task, name="task_finish"),
    path("tickets/<str:number>/<slug:verb>", moves.move, name="ticket_move"),
]
