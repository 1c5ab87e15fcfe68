"""One batch of long work, inside the transaction that also says how far it got."""

from tierline.planning.operations.finding import look_at_next
from tierline.planning.operations.moving import move_next

__all__ = ["look_at_next", "move_next"]
