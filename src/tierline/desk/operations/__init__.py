"""Verbs another room may run inside its own transaction."""

from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.opening import NewTicket, Place, open_tickets, reserve
from tierline.desk.operations.rebasing import NotNewer, rebase_tickets
from tierline.desk.operations.receiving import Received, living, receive_message
from tierline.desk.operations.recording import Command, free_tickets, locked, record_commands

__all__ = [
    "Command",
    "Draft",
    "NewTicket",
    "NotNewer",
    "Place",
    "Received",
    "free_tickets",
    "living",
    "locked",
    "open_tickets",
    "rebase_tickets",
    "receive_message",
    "record_commands",
    "reserve",
]
