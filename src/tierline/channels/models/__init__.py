from tierline.channels.models.mailbox import Mailbox
from tierline.channels.models.outbound import Outbound
from tierline.channels.models.raw import RawMessage
from tierline.channels.models.thread import MailReference, Participant

__all__ = ["MailReference", "Mailbox", "Outbound", "Participant", "RawMessage"]
