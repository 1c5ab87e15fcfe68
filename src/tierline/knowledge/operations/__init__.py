"""Knowledge inside another room's transaction."""

from tierline.knowledge.operations.indexing import Entry, drop, put
from tierline.knowledge.operations.moving import (
    TIMER,
    confirm,
    expire,
    free_articles,
    publish,
    retire,
    send_back,
    submit,
)
from tierline.knowledge.operations.writing import LANGUAGES, NewArticle, deposit, describe, draft, revise

__all__ = [
    "LANGUAGES",
    "TIMER",
    "Entry",
    "NewArticle",
    "confirm",
    "deposit",
    "describe",
    "draft",
    "drop",
    "expire",
    "free_articles",
    "publish",
    "put",
    "retire",
    "revise",
    "send_back",
    "submit",
]
