"""Questions that ask for the same, found by the words they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

ALIKE = 0.5
# A word in more than this share of the questions (and in more than a few) says nothing of what is asked.
_COMMON, _FEW = 0.2, 20


def clusters(questions: Sequence[Collection[str]], *, alike: float = ALIKE) -> list[list[int]]:
    """Indices of questions that belong together, the largest group first, each in the given order.

    Two belong together when the words they share are at least ``alike`` of the words of the shorter one and of the
    group's first; exactly that much is alike. A question without words stands alone. Looks only at pairs that share
    a word, so that a thousand different questions cost a thousand steps.
    """
    told = _telling(questions)
    heads: dict[str, set[int]] = defaultdict(set)
    groups: dict[int, list[int]] = {}
    for n, words in enumerate(told):
        near = Counter(head for word in words for head in heads[word])
        best = max(near, key=lambda head: (_overlap(near[head], told[head], words), -head), default=None)
        if best is not None and _overlap(near[best], told[best], words) >= alike:
            groups[best].append(n)
        else:
            groups[n] = [n]
            for word in words:
                heads[word].add(n)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def _overlap(shared: int, a: Collection[str], b: Collection[str]) -> float:
    return shared / max(len(a), len(b), 1)


def _telling(questions: Sequence[Collection[str]]) -> list[frozenset[str]]:
    counts = Counter(word for words in questions for word in set(words))
    most = max(_FEW, _COMMON * len(questions))
    return [frozenset(w for w in words if counts[w] <= most) or frozenset(words) for words in questions]
