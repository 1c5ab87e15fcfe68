"""The doors' verbs: receive, send, administer."""

from tierline.channels.base import Raw
from tierline.channels.services.acknowledging import acknowledge
from tierline.channels.services.mailboxes import add_mailbox, change_mailbox, pause_mailbox, resume_mailbox
from tierline.channels.services.receiving import MailboxUnknown, Receipt, receive, settle_again
from tierline.channels.services.releasing import note_pictures, redeliver, take_original
from tierline.channels.services.sending import InHand, Settled, hand_over, queue_words, send, send_again
from tierline.channels.services.testing import run_test, start_test
from tierline.channels.setup import Line, Setup
from tierline.channels.transports import NotDelivered, Undeliverable

__all__ = [
    "InHand",
    "Line",
    "MailboxUnknown",
    "NotDelivered",
    "Raw",
    "Receipt",
    "Settled",
    "Setup",
    "Undeliverable",
    "acknowledge",
    "add_mailbox",
    "change_mailbox",
    "hand_over",
    "note_pictures",
    "pause_mailbox",
    "queue_words",
    "receive",
    "redeliver",
    "resume_mailbox",
    "run_test",
    "send",
    "send_again",
    "settle_again",
    "start_test",
    "take_original",
]
