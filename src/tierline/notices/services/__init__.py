"""The notifier's verbs: tell, release, send, read, prefer."""

from tierline.notices.services.preferring import (
    Chosen,
    TooManyHooks,
    add_hook,
    prefer,
    remove_hook,
    repeat_message,
    try_hook,
    try_mail,
)
from tierline.notices.services.reading import mark_opened, mark_read
from tierline.notices.services.releasing import release, release_held
from tierline.notices.services.retiring import retire_warnings
from tierline.notices.services.sending import send
from tierline.notices.services.telling import News, tell

__all__ = [
    "Chosen",
    "News",
    "TooManyHooks",
    "add_hook",
    "mark_opened",
    "mark_read",
    "prefer",
    "release",
    "release_held",
    "remove_hook",
    "repeat_message",
    "retire_warnings",
    "send",
    "tell",
    "try_hook",
    "try_mail",
]
