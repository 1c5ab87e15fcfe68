"""Verbs another room may run inside its own transaction."""

from tierline.desk.operations.opening import NewTicket, open_tickets
from tierline.desk.operations.receiving import Received, receive_message
from tierline.desk.operations.recording import Command, Draft, free_tickets, locked, record_commands

__all__ = [
    "Command",
    "Draft",
    "NewTicket",
    "Received",
    "free_tickets",
    "locked",
    "open_tickets",
    "receive_message",
    "record_commands",
]
