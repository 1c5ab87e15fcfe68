"""Verbs another room may run inside its own transaction."""

from tierline.desk.operations.opening import NewTicket, open_tickets
from tierline.desk.operations.receiving import Received, living, receive_message
from tierline.desk.operations.recording import Command, Draft, free_tickets, locked, record_commands

__all__ = [
    "Command",
    "Draft",
    "NewTicket",
    "Received",
    "free_tickets",
    "living",
    "locked",
    "open_tickets",
    "receive_message",
    "record_commands",
]
