"""Which article answers this question, and is there one at all?"""

from tierline.learning.retrieval.answerer import Answer, Answerer, learn_answerer
from tierline.learning.retrieval.index import Index

__all__ = ["Answer", "Answerer", "Index", "learn_answerer"]
