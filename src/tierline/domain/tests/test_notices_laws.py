"""Which notice leaves when: the laws that hold for any stream of notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tierline.domain import notices
from tierline.domain.notices import (
    BUDGET_SPAN,
    GROUP_SPAN,
    Kind,
    Quiet,
    Rhythm,
    Verdict,
    When,
    Wish,
    decide,
    next_digest,
    quiet_end,
    release,
)

NIGHT = Quiet(22 * 60, 7 * 60 + 30)
SHANGHAI = "Asia/Shanghai"
ZONES = (
    "Asia/Shanghai Europe/Berlin America/New_York Australia/Lord_Howe Asia/Kathmandu Pacific/Apia America/Sao_Paulo"
).split()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(*before: int, at: datetime) -> list[datetime]:
    return [at - timedelta(minutes=m) for m in before]


day_minutes = st.integers(0, 1439)
quiets = st.none() | st.tuples(day_minutes, day_minutes).filter(lambda q: q[0] != q[1]).map(lambda q: Quiet(*q))
wish_of = st.builds(
    Wish,
    zone=st.sampled_from(ZONES),
    budget=st.integers(1, 4),
    quiet=quiets,
    rhythm=st.sampled_from(Rhythm),
    daily_at=day_minutes,
)
# Around both DST changes of a year, so that streams cross them.
begins = st.sampled_from(["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"]).map(
    lambda day: utc(f"{day}T12:00")
)
arrivals = st.lists(
    st.tuples(
        st.integers(0, 26 * 3600),
        st.sampled_from(Kind),
        st.sampled_from(["P1", "P2", "P3"]),
        st.sampled_from([When.NOW, When.NOW, When.DIGEST]),
        st.booleans(),
    ),
    max_size=25,
)


def _played(wish: Wish, begin: datetime, stream) -> tuple[list[tuple[datetime, list[int], bool]], list]:
    """A notifier in a few lines: what left when (numbers of arrivals, whether it counted), by the rules alone."""
    left: list[tuple[datetime, list[int], bool]] = []
    held: list[tuple[datetime, int, bool]] = []
    items = sorted((begin + timedelta(seconds=s), n, *rest) for n, (s, *rest) in enumerate(stream))
    counted = lambda: [at for at, _, counts in left if counts]  # noqa: E731

    def drain(until: datetime) -> None:
        while held and min(held)[0] <= until:
            now = min(held)[0]
            due = [h for h in held if h[0] <= now]
            found = release(wish=wish, sent=counted(), at=now, is_heard=any(h[2] for h in due))
            held[:] = [h for h in held if h not in due]
            if found.verdict is Verdict.NOW:
                left.append((now, [h[1] for h in due], True))
            else:
                assert found.until is not None and found.until > now
                held.extend((found.until, n, heard) for _, n, heard in due)

    for at, n, kind, priority, when, on_duty in items:
        drain(at)
        found = decide(kind=kind, priority=priority, when=when, wish=wish, sent=counted(), at=at, on_duty=on_duty)
        if found.verdict is Verdict.NOW:
            left.append((at, [n], priority != "P1"))
        else:
            assert found.until is not None and found.until > at
            held.append((found.until, n, notices.heard(kind, on_duty=on_duty)))
    drain(begin + timedelta(days=10))
    return left, items


@given(wish=wish_of, begin=begins, stream=arrivals)
def test_nothing_is_lost_and_the_budget_is_kept(wish: Wish, begin: datetime, stream) -> None:
    left, items = _played(wish, begin, stream)
    assert sorted(n for _, numbers, _ in left for n in numbers) == list(range(len(items)))
    at_of = {n: at for at, numbers, _ in left for n in numbers}
    for at, n, _, priority, *_ in items:
        assert at_of[n] >= at
        if priority == "P1":
            assert at_of[n] == at
    counted = sorted(at for at, _, counts in left if counts)
    for n, at in enumerate(counted):
        assert sum(at - BUDGET_SPAN < other <= at for other in counted[: n + 1]) <= wish.budget


@given(wish=wish_of.filter(lambda w: w.quiet is not None), begin=begins, minute=st.integers(0, 48 * 60))
def test_what_quiet_hours_hold_leaves_exactly_at_their_end(wish: Wish, begin: datetime, minute: int) -> None:
    at = begin + timedelta(minutes=minute)
    found = decide(kind=Kind.BREACH, priority="P2", when=When.NOW, wish=wish, sent=[], at=at)
    if found.verdict is Verdict.NOW:
        assert quiet_end(wish, at) is None
        return
    assert found.until is not None and found.until > at
    assert release(wish=wish, sent=[], at=found.until).verdict is Verdict.NOW
    early = found.until - timedelta(microseconds=1)
    assert release(wish=wish, sent=[], at=early).until == found.until


@given(wish=wish_of, begin=begins, minute=st.integers(0, 48 * 60))
def test_a_digest_always_comes(wish: Wish, begin: datetime, minute: int) -> None:
    at = begin + timedelta(minutes=minute)
    following = next_digest(wish, at)
    limit = timedelta(hours=2) if wish.rhythm is Rhythm.HOURLY else timedelta(hours=51)
    assert at < following <= at + limit


def test_a_group_is_shorter_than_the_budgets_hour() -> None:
    assert GROUP_SPAN < BUDGET_SPAN
