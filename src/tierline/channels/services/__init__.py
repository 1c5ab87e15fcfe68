"""The doors' verbs: receive, send, administer."""

from tierline.channels.base import Raw
from tierline.channels.services.acknowledging import acknowledge
from tierline.channels.services.mailboxes import add_mailbox
from tierline.channels.services.receiving import MailboxUnknown, Receipt, receive, settle_again
from tierline.channels.services.sending import InHand, hand_over, queue_words, send
from tierline.channels.transports import NotDelivered, Undeliverable

__all__ = [
    "InHand",
    "MailboxUnknown",
    "NotDelivered",
    "Raw",
    "Receipt",
    "Undeliverable",
    "acknowledge",
    "add_mailbox",
    "hand_over",
    "queue_words",
    "receive",
    "send",
    "settle_again",
]
