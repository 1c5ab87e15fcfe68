"""Questions over very many documents, in the process that ``tests.bench.search`` starts.

Documents are made of sentences of Chinese and English words by their usual frequencies (a few in every text, most in
few), each with a code and a host of its own, and put into the index by set-based statements. Four kinds of question
are asked through ``knowledge.queries.find``, snippets included, by a reader of one enterprise; the bars are on the
specific ones over everything (p95 <= 100 ms at 1,000,000), and on what is asked while typing over the tenth part of
them that is articles (p95 <= 150 ms at 100,000).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from time import perf_counter

import django
import psycopg

django.setup()

from django.db import connection  # noqa: E402

from tests.support.world import Place, make_place, make_provider  # noqa: E402
from tierline.domain import textmatch  # noqa: E402
from tierline.knowledge import queries  # noqa: E402
from tierline.plumbing import postgres, tenancy  # noqa: E402
from tierline.plumbing.home import home  # noqa: E402

FRAGMENTS, ASKED = 30_000, 200
BARS = {"specific": 100.0, "code": 100.0, "typing": 150.0}
_AT = datetime(2026, 11, 20, tzinfo=UTC)
_BLOCK = 50_000

_FRAGMENT = """
INSERT INTO fragment SELECT r.n, r.body, r.tokens::tsvector FROM jsonb_to_recordset(%s) AS r(n int, body text, tokens text)
"""

# A title and six sentences of the body, chosen by the number of the document; a code and a host of its own.
_DOCUMENTS = """
INSERT INTO knowledge_searchentry (provider_id, enterprise_id, kind, subject, number, title, language, audience,
    body, codes, digest, tokens, changed_at)
SELECT %(provider)s, %(enterprise)s, CASE WHEN d %% 10 = 0 THEN 'article' ELSE 'ticket' END, d, 'D-' || d, t.body,
    'zh-hans', CASE WHEN d %% 10 = 0 THEN 'public' ELSE 'internal' END,
    string_agg(f.body, '。' ORDER BY s.k), 'erp-' || d || ' ' || d || ' nas' || d || '.corp.local nas' || d, md5(d::text),
    setweight(t.tokens, 'A') || (string_agg(f.tokens::text, ' ' ORDER BY s.k))::tsvector
        || format('%%L:1 %%L:2 %%L:2 erp:1 %%s:1 corp:2 local:2', 'erp-' || d, 'nas' || d || '.corp.local', 'nas' || d, d)
            ::tsvector,
    %(at)s::timestamptz - d * interval '10 seconds'
FROM generate_series(%(first)s, %(last)s) AS d
    JOIN fragment t ON t.n = (hashint8(d * 31) & 2147483647) %% %(fragments)s
    CROSS JOIN LATERAL generate_series(1, 6) AS s(k)
    JOIN fragment f ON f.n = (hashint8(d * 31 + s.k) & 2147483647) %% %(fragments)s
GROUP BY d, t.body, t.tokens
"""


def inside(documents: int) -> int:

    place = make_place(make_provider(slug="bench"), slug="bench")
    chance = Random(7)
    words = vocabulary(chance)
    started = perf_counter()
    fill(place, documents, words, chance)
    print(f"{documents} documents in {perf_counter() - started:.0f} s")  # noqa: T201
    failed = 0
    for name, ask in questions(place, documents, words, chance):
        times = sorted(measured(place, ask))
        p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
        bar = BARS.get(name)
        failed += bar is not None and p95 > bar
        print(f"{name:10} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   worst {times[-1]:7.1f} ms   bar {bar or '-'}")  # noqa: T201
    return 1 if failed else 0


def vocabulary(chance: Random) -> list[str]:
    """Words, the commonest first: three Chinese ones, then an English one."""
    signs = [chr(n) for n in range(0x4E00, 0x4E00 + 3500)]
    letters = "abcdefghiklmnoprstuvw"
    chinese = ["".join(chance.choices(signs, k=chance.choice((2, 2, 2, 3)))) for _ in range(30_000)]
    english = ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(10_000)]
    return [word for n in range(10_000) for word in (*chinese[3 * n : 3 * n + 3], english[n])]


def fill(place: Place, documents: int, words: Sequence[str], chance: Random) -> None:

    weights = list(accumulate(1 / (n + 3) for n in range(len(words))))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE fragment (n int PRIMARY KEY, body text, tokens tsvector)")
        for first in range(0, FRAGMENTS, 5000):
            bodies = [" ".join(chance.choices(words, cum_weights=weights, k=9)) for _ in range(5000)]
            rows = [{"n": first + n, "body": b, "tokens": textmatch.document("", b)} for n, b in enumerate(bodies)]
            cursor.execute(_FRAGMENT, [json.dumps(rows)])
        cursor.execute("ANALYZE fragment")
    scope = {"provider": place.provider_id, "enterprise": place.enterprise_id, "at": _AT, "fragments": FRAGMENTS}

    for first in range(1, documents + 1, _BLOCK):
        last = min(first + _BLOCK - 1, documents)
        with tenancy.scoped(place.provider_id, [place.enterprise_id]), connection.cursor() as cursor:
            cursor.execute(_DOCUMENTS, {**scope, "first": first, "last": last})
    _settle()


def _settle() -> None:
    """What autovacuum does in its own time."""

    with psycopg.connect(postgres.urls(home())[1], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE knowledge_searchentry")


def questions(
    place: Place, documents: int, words: Sequence[str], chance: Random
) -> Iterator[tuple[str, list[Callable[[], object]]]]:

    everything = queries.visible(place.system)
    shelf = everything.within(kinds=("article",))
    rare, usual = words[400:12_000], words[:60]

    def asking(reach: queries.Reach, text: str, **how: bool) -> Callable[[], object]:
        return lambda: queries.find(reach, text, limit=10, **how)  # type: ignore[arg-type]

    def some(make: Callable[[], Callable[[], object]]) -> list[Callable[[], object]]:
        return [make() for _ in range(ASKED)]

    yield "specific", some(lambda: asking(everything, " ".join([*chance.sample(rare, 3), chance.choice(usual)])))
    yield "code", some(lambda: asking(everything, f"erp-{chance.randint(1, documents)} {chance.choice(usual)}"))
    yield "typing", some(lambda: asking(shelf, " ".join(chance.sample(rare, 2))[:-1], typing=True))
    yield "long", some(lambda: asking(everything, " ".join([*chance.sample(rare, 20), *chance.sample(usual, 10)])))
    yield "common", some(lambda: asking(everything, " ".join(chance.sample(usual, 3))))


def measured(place: Place, ask: Sequence[Callable[[], object]]) -> Iterator[float]:
    """Milliseconds of each, in a transaction as a page has it; the first ten warm up and are not counted."""

    for n, one in enumerate([*ask[:10], *ask]):
        started = perf_counter()
        with tenancy.scoped(place.provider_id, [place.enterprise_id]):
            one()
        if n >= 10:
            yield (perf_counter() - started) * 1000


if __name__ == "__main__":
    raise SystemExit(inside(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
