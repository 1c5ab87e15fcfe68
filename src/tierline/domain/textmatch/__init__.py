"""Text as words: one reading of Chinese and English for everything that is indexed, searched or compared."""

from tierline.domain.textmatch.folding import fold
from tierline.domain.textmatch.index import document, query, term
from tierline.domain.textmatch.snippets import Snippet, snippet
from tierline.domain.textmatch.tokens import tokens

__all__ = ["Snippet", "document", "fold", "query", "snippet", "term", "tokens"]
