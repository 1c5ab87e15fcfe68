"""Verbs of the knowledge room."""

from tierline.knowledge.services.arranging import keep_file, reindex_articles, write_synonyms
from tierline.knowledge.services.checklists import Step, retire_checklist, write_checklist
from tierline.knowledge.services.importing import Imported, import_page
from tierline.knowledge.services.procedures import confirm_procedure
from tierline.knowledge.services.shelf import adopt_shared, decide_offer, offer_article, withdraw_offer
from tierline.knowledge.services.using import (
    ANSWERED,
    dismiss_questions,
    draft_from_questions,
    note_question,
    note_reading,
    rate_article,
    settle_objections,
)
from tierline.knowledge.services.writing import (
    confirm_article,
    describe_article,
    draft_article,
    draft_articles,
    publish_article,
    retire_article,
    revise_article,
    send_back_article,
    submit_article,
)

__all__ = [
    "ANSWERED",
    "Imported",
    "Step",
    "adopt_shared",
    "confirm_article",
    "confirm_procedure",
    "decide_offer",
    "describe_article",
    "dismiss_questions",
    "draft_article",
    "draft_articles",
    "draft_from_questions",
    "import_page",
    "keep_file",
    "note_question",
    "note_reading",
    "offer_article",
    "publish_article",
    "rate_article",
    "reindex_articles",
    "retire_article",
    "retire_checklist",
    "revise_article",
    "send_back_article",
    "settle_objections",
    "submit_article",
    "withdraw_offer",
    "write_checklist",
    "write_synonyms",
]
