"""Finding what was written: one index, one statement, never more than the reader may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tierline.domain import textmatch
from tierline.domain.textmatch import Snippet
from tierline.knowledge.models import SearchEntry, SynonymGroup
from tierline.knowledge.policies import ARTICLE, Reach

# Words of a question that are looked for, the rarest of them being unknown beforehand.
_WORDS = 48
# No more entries than these are scored for one question.
CANDIDATES = 2000
_CODES = 6
_CODE = re.compile(r"(?=.*[0-9._/:@-])[0-9a-z][0-9a-z._/:@+#-]{2,59}", re.ASCII)
_LATIN = re.compile(r"[0-9a-z][0-9a-z._/:@+#-]*", re.ASCII)
_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of the index. ``subject`` is the id of what it stands for.

    ``covered`` is the share of the question that it speaks of, rare words counting more; 0 to 1. ``entry`` is the
    index row's own id, which an embedding is kept by.
    """

    entry: int
    enterprise_id: int
    kind: str
    subject: int
    number: str
    title: str
    language: str
    audience: str
    changed_at: datetime
    score: float
    covered: float
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. ``covered`` as in ``Found``."""

    id: int
    number: str
    title: str
    language: str
    audience: str
    score: float
    covered: float
    snippet: Snippet


Near = Mapping[int, float]


def find(
    reach: Reach,
    text: str,
    *,
    language: str | None = None,
    limit: int = 10,
    typing: bool = False,
    near: Near | None = None,
) -> list[Found]:
    """What speaks of ``text``, the best first; none for a text without words. Looks only inside ``reach``.

    ``typing``: the last word may be the beginning of one. ``near``: entries that another search (vectors) brought,
    by entry id, with their nearness 0 to 1; those out of reach are passed over here as everywhere.
    """
    words = list(dict.fromkeys(textmatch.tokens(text)))[:_WORDS]
    if not words or not reach.enterprises or not reach.kinds or not reach.audiences:
        return []
    terms = [_term(word, typing and word == words[-1]) for word in words]
    terms = _with_synonyms(reach.enterprises, text, words, terms)
    rows = _ranked(reach, words, terms, language, limit, near or {})
    rows, texts = _unknown_codes_too(reach, words, terms, language, limit, near or {}, rows)
    return _shown(rows, texts, words)


def search(
    enterprise_id: int,
    text: str,
    *,
    audiences: Sequence[str],
    language: str | None = None,
    limit: int = 10,
    typing: bool = False,
) -> list[Hit]:
    """Published articles of one enterprise that speak of ``text``, for readers of these audiences."""
    reach = Reach((enterprise_id,), (ARTICLE,), tuple(audiences))
    return [
        Hit(f.subject, f.number, f.title, f.language, f.audience, f.score, f.covered, f.snippet)
        for f in find(reach, text, language=language, limit=limit, typing=typing)
    ]


_Row = tuple[int, int, str, int, str, str, str, str, datetime, float, float]


def _ranked(
    reach: Reach, words: Sequence[str], terms: Sequence[str], language: str | None, limit: int, near: Near
) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM tierline_search(%s::bigint[], %s::text[], %s::text[], %s, %s::text[], %s::text[],"
            " %s::bigint[], %s::float8[], %s, %s)",
            [
                list(reach.enterprises),
                list(reach.kinds),
                list(reach.audiences),
                language,
                list(words),
                list(terms),
                list(near),
                list(near.values()),
                CANDIDATES,
                limit,
            ],
        )
        return [tuple(row) for row in cursor.fetchall()]


def _alike(reach: Reach, codes: Sequence[str], language: str | None) -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM tierline_search_codes(%s::bigint[], %s::text[], %s::text[], %s, %s::text[], %s)",
            [list(reach.enterprises), list(reach.kinds), list(reach.audiences), language, list(codes), 200],
        )
        return {row[0]: float(row[1]) for row in cursor.fetchall()}


_Texts = Mapping[int, tuple[str, str]]


def _unknown_codes_too(
    reach: Reach,
    words: Sequence[str],
    terms: Sequence[str],
    language: str | None,
    limit: int,
    near: Near,
    rows: list[_Row],
) -> tuple[list[_Row], _Texts]:
    """A code that nothing found has as it stands may be a part of one, or misspelt."""
    texts = _texts(rows)
    known = {code for _, codes in texts.values() for code in codes.split()}
    unknown = [word for word in words if _CODE.fullmatch(word) and word not in known][:_CODES]
    alike = _alike(reach, unknown, language) if unknown else {}
    if not alike:
        return rows, texts
    rows = _ranked(reach, words, terms, language, limit, {**alike, **near})
    return rows, _texts(rows)


def _texts(rows: Sequence[_Row]) -> _Texts:
    found = SearchEntry.objects.filter(id__in=[row[0] for row in rows]).values_list("id", "body", "codes")
    return {entry: (body, codes) for entry, body, codes in found}


def _shown(rows: Sequence[_Row], texts: _Texts, words: Sequence[str]) -> list[Found]:
    """THE place where snippets of what was found are made."""
    return [Found(*row, snippet=textmatch.snippet(texts.get(row[0], ("", ""))[0], words)) for row in rows]


def _term(word: str, is_open: bool) -> str:
    """``is_open``: a Latin word that somebody is still typing."""
    prefix = ":*" if is_open and len(word) >= 3 and _LATIN.fullmatch(word) else ""
    return textmatch.term(word) + prefix


def _with_synonyms(enterprises: Sequence[int], text: str, words: Sequence[str], terms: list[str]) -> list[str]:
    """Each word of a phrase that means the same as others also stands for all of each other."""
    groups = SynonymGroup.objects.filter(enterprise_id__in=enterprises).values_list("words", flat=True)[:_GROUPS]
    asked = " ".join(textmatch.fold(text[:2000]).split())
    for group in groups:
        said = {phrase: set(textmatch.tokens(phrase)) for phrase in group}
        for phrase, own in said.items():
            if not own or textmatch.fold(phrase).strip() not in asked:
                continue
            others = [" & ".join(textmatch.term(t) for t in sorted(o)) for p, o in said.items() if p != phrase and o]
            also = " | ".join(f"({other})" for other in others)
            terms = [f"({term}) | {also}" if w in own and also else term for w, term in zip(words, terms, strict=True)]
    return terms
