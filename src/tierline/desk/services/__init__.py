"""Verbs of the desk. Each is one transaction; the single ticket is a set of one."""

from tierline.desk.services.assign import assign_tickets, claim_tickets, release_tickets
from tierline.desk.services.attach import keep_attachment, keep_attachments
from tierline.desk.services.call import log_calls
from tierline.desk.services.check import record_check
from tierline.desk.services.close import archive_tickets, reopen_tickets, verify_tickets
from tierline.desk.services.dispatch import (
    add_skill_need,
    dispatch_waiting,
    next_ticket,
    remove_skill_need,
    set_dispatch_rule,
)
from tierline.desk.services.escalate import accept_tickets, escalate_ticket, hand_back_ticket
from tierline.desk.services.handover import accept_handover, write_handover
from tierline.desk.services.link import link_ticket
from tierline.desk.services.many import act_on_many
from tierline.desk.services.merge import merge_tickets, split_ticket, unmerge_ticket
from tierline.desk.services.open import open_tickets
from tierline.desk.services.originals import show_originals
from tierline.desk.services.rca import issue_reports
from tierline.desk.services.rebase import rebase_tickets
from tierline.desk.services.reindex import reindex_tickets
from tierline.desk.services.reply import note_on_tickets, reply_to_tickets
from tierline.desk.services.resolve import resolve_tickets, restore_tickets
from tierline.desk.services.saved_views import change_view, delete_view, order_views, save_view
from tierline.desk.services.tasks import finish_task, open_task
from tierline.desk.services.triage import classify_tickets, prioritise_tickets
from tierline.desk.services.undo import undo_tickets
from tierline.desk.services.wait import resume_tickets, wait_tickets

__all__ = [
    "accept_handover",
    "accept_tickets",
    "act_on_many",
    "add_skill_need",
    "archive_tickets",
    "assign_tickets",
    "change_view",
    "claim_tickets",
    "classify_tickets",
    "delete_view",
    "dispatch_waiting",
    "escalate_ticket",
    "finish_task",
    "hand_back_ticket",
    "issue_reports",
    "keep_attachment",
    "keep_attachments",
    "link_ticket",
    "log_calls",
    "merge_tickets",
    "next_ticket",
    "note_on_tickets",
    "open_task",
    "open_tickets",
    "order_views",
    "prioritise_tickets",
    "rebase_tickets",
    "record_check",
    "reindex_tickets",
    "release_tickets",
    "remove_skill_need",
    "reopen_tickets",
    "reply_to_tickets",
    "resolve_tickets",
    "restore_tickets",
    "resume_tickets",
    "save_view",
    "set_dispatch_rule",
    "show_originals",
    "split_ticket",
    "undo_tickets",
    "unmerge_ticket",
    "verify_tickets",
    "wait_tickets",
    "write_handover",
]
