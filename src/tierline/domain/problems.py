"""The law of the problem: from an unknown cause to a known error to closed, and back when it returns."""

from __future__ import annotations

from enum import StrEnum

from tierline.domain.lifecycle import IllegalMove


class ProblemState(StrEnum):
    OPEN = "open"
    KNOWN_ERROR = "known_error"
    CLOSED = "closed"


class ProblemMove(StrEnum):
    RECORD_KNOWN_ERROR = "record_known_error"
    CLOSE = "close"
    REOPEN = "reopen"


_S, _M = ProblemState, ProblemMove

PROBLEM_MOVES: dict[tuple[ProblemState, ProblemMove], ProblemState] = {
    (_S.OPEN, _M.RECORD_KNOWN_ERROR): _S.KNOWN_ERROR,
    # One cause may show itself in several ways, each with its own workaround.
    (_S.KNOWN_ERROR, _M.RECORD_KNOWN_ERROR): _S.KNOWN_ERROR,
    (_S.OPEN, _M.CLOSE): _S.CLOSED,
    (_S.KNOWN_ERROR, _M.CLOSE): _S.CLOSED,
    (_S.CLOSED, _M.REOPEN): _S.OPEN,
}


def after(state: str, move: ProblemMove) -> ProblemState:
    """The state ``move`` leads to. Raises IllegalMove with the state, move and legal moves."""
    try:
        return PROBLEM_MOVES[ProblemState(state), move]
    except KeyError:
        legal = sorted(m.value for s, m in PROBLEM_MOVES if s == state)
        raise IllegalMove(state=state, move=move.value, legal=legal) from None
