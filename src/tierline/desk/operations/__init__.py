"""Verbs another room may run inside its own transaction."""

from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.hearing import Heard, hear_messages, only_hears
from tierline.desk.operations.opening import NewTicket, Place, open_tickets, reserve
from tierline.desk.operations.rebasing import NotNewer, rebase_tickets
from tierline.desk.operations.receiving import Received, living, receive_message
from tierline.desk.operations.recording import Command, free_tickets, locked, record_commands
from tierline.desk.operations.telling import telling

__all__ = [
    "Command",
    "Draft",
    "Heard",
    "NewTicket",
    "NotNewer",
    "Place",
    "Received",
    "free_tickets",
    "hear_messages",
    "living",
    "locked",
    "only_hears",
    "open_tickets",
    "rebase_tickets",
    "receive_message",
    "record_commands",
    "reserve",
    "telling",
]
