import pytest

from tierline.domain.lifecycle import IllegalMove
from tierline.domain.problems import ProblemMove, ProblemState, after

ROWS = [
    # from, move, to or None
    ("open", "record_known_error", "known_error"),
    ("known_error", "record_known_error", "known_error"),
    ("closed", "record_known_error", None),
    ("open", "close", "closed"),
    ("known_error", "close", "closed"),
    ("closed", "close", None),
    ("open", "reopen", None),
    ("known_error", "reopen", None),
    ("closed", "reopen", "open"),
]


@pytest.mark.parametrize(("state", "move", "to"), ROWS, ids=[f"{r[0]} {r[1]}" for r in ROWS])
def test_a_problem_moves_or_says_what_it_may(state: str, move: str, to: str | None) -> None:
    if to is not None:
        assert after(state, ProblemMove(move)) is ProblemState(to)
    else:
        with pytest.raises(IllegalMove) as refused:
            after(state, ProblemMove(move))
        assert move not in refused.value.facts["legal"]
