from tierline.desk.models.attachment import Attachment
from tierline.desk.models.event import TicketEvent
from tierline.desk.models.routing import Decision, DispatchRule, SkillNeed
from tierline.desk.models.saved_view import SavedView
from tierline.desk.models.task import Task
from tierline.desk.models.ticket import Link, Ticket, TicketCounter

__all__ = [
    "Attachment",
    "Decision",
    "DispatchRule",
    "Link",
    "SavedView",
    "SkillNeed",
    "Task",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
]
