from tierline.knowledge.models.article import Article, ArticleCounter, ArticleFile, ArticleVersion, Confirmation
from tierline.knowledge.models.checklist import Checklist, ChecklistVersion
from tierline.knowledge.models.entry import SearchEntry, SynonymGroup
from tierline.knowledge.models.shelf import SharedArticle, ShelfOffer
from tierline.knowledge.models.use import Question, Reading

__all__ = [
    "Article",
    "ArticleCounter",
    "ArticleFile",
    "ArticleVersion",
    "Checklist",
    "ChecklistVersion",
    "Confirmation",
    "Question",
    "Reading",
    "SearchEntry",
    "SharedArticle",
    "ShelfOffer",
    "SynonymGroup",
]
