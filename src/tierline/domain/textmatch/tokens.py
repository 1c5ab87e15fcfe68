"""The words of a text, Chinese and Latin, in the order in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from tierline.domain.textmatch.folding import fold

# Characters read of one text. Beyond it nobody finds a word, and a million characters must not stop a form.
READ_LIMIT = 200_000
WORD_LIMIT = 60

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[._/:@+#-]+[^\W_{_HAN}]+)*", re.UNICODE)
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_PARTS = re.compile(r"[._/:@+#-]+")


def tokens(text: str) -> list[str]:
    """Folded words with repetitions, for index and question alike.

    A Chinese run gives the dictionary's words and every pair of neighbours, so that a name the
    dictionary cuts wrongly (银企直连) is still found by a part of it. A code or host gives itself and
    its parts: ``ERP-2024`` gives erp-2024, erp, 2024.
    """
    return [word[:WORD_LIMIT] for run in _RUN.findall(fold(text[:READ_LIMIT])) for word in _words(run)]


def _words(run: str) -> Iterator[str]:
    if not _HAN_RUN.fullmatch(run):
        yield run
        parts = _PARTS.split(run)
        if len(parts) > 1:
            yield from parts
    elif len(run) == 1:
        yield run
    else:
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        yield from pairs
        yield from (word for word in rjieba.cut_for_search(run) if len(word) > 2)
