"""The doors' verbs: receive, send, administer."""

from tierline.channels.base import Raw
from tierline.channels.services.acknowledging import acknowledge
from tierline.channels.services.mailboxes import add_mailbox
from tierline.channels.services.receiving import MailboxUnknown, Receipt, receive, settle_again
from tierline.channels.services.sending import queue_words, send

__all__ = [
    "MailboxUnknown",
    "Raw",
    "Receipt",
    "acknowledge",
    "add_mailbox",
    "queue_words",
    "receive",
    "send",
    "settle_again",
]
