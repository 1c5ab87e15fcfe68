from tierline.desk.models.attachment import Attachment
from tierline.desk.models.event import TicketEvent
from tierline.desk.models.task import Task
from tierline.desk.models.ticket import Link, Ticket, TicketCounter

__all__ = ["Attachment", "Link", "Task", "Ticket", "TicketCounter", "TicketEvent"]
