"""The law of the ticket: 受理-排障-验证-归档 as one table. Buttons, API, diagram and simulator read it."""

from __future__ import annotations

from enum import StrEnum

from tierline.domain.errors import DomainError


class State(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    ARCHIVED = "archived"


class Move(StrEnum):
    REPLY = "reply"
    NOTE = "note"
    CALL = "call"
    CLASSIFY = "classify"
    PRIORITISE = "prioritise"
    ASSIGN = "assign"
    CLAIM = "claim"
    WAIT = "wait"
    RESUME = "resume"
    ESCALATE = "escalate"
    ACCEPT = "accept"
    HAND_BACK = "hand-back"
    TASK = "task"
    RESTORE = "restore"
    RESOLVE = "resolve"
    VERIFY = "verify"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"
    LINK = "link"
    RCA = "rca"


# A merged ticket keeps its state, so that unmerging restores it; what else it may do is in ``ticket.moves_of``.
_EVERYWHERE = (Move.NOTE, Move.CALL, Move.LINK, Move.UNMERGE)
_ALIVE = (State.NEW, State.OPEN, State.WAITING)


def _stays(states: tuple[State, ...], *moves: Move) -> dict[tuple[State, Move], State]:
    return {(state, move): state for state in states for move in moves}


MOVES: dict[tuple[State, Move], State] = {
    **_stays(tuple(State), *_EVERYWHERE),
    **_stays(_ALIVE, Move.CLASSIFY, Move.PRIORITISE, Move.SPLIT, Move.MERGE),
    # A question that waits on the customer is sent before the wait; a public word never ends a wait.
    **_stays(tuple(s for s in State if s is not State.NEW), Move.REPLY),
    **_stays((State.RESOLVED, State.VERIFIED, State.ARCHIVED), Move.RCA),
    (State.NEW, Move.REPLY): State.OPEN,
    (State.NEW, Move.ASSIGN): State.OPEN,
    (State.NEW, Move.CLAIM): State.OPEN,
    **_stays((State.OPEN, State.WAITING), Move.ASSIGN, Move.CLAIM, Move.TASK, Move.RESTORE),
    **_stays((State.OPEN, State.WAITING), Move.ESCALATE, Move.ACCEPT, Move.HAND_BACK),
    (State.OPEN, Move.WAIT): State.WAITING,
    (State.WAITING, Move.RESUME): State.OPEN,
    (State.OPEN, Move.RESOLVE): State.RESOLVED,
    (State.WAITING, Move.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Move.VERIFY): State.VERIFIED,
    (State.RESOLVED, Move.REOPEN): State.OPEN,
    (State.VERIFIED, Move.ARCHIVE): State.ARCHIVED,
    (State.VERIFIED, Move.REOPEN): State.OPEN,
    (State.ARCHIVED, Move.REOPEN): State.OPEN,
}


class IllegalMove(DomainError):
    """The table has no such move from this state. ``legal`` lists the moves it has."""

    code = "illegal_move"


def after(state: State, move: Move) -> State:
    """The state ``move`` leads to. Raises IllegalMove with the state, move and legal moves."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMove(state=state.value, move=move.value, legal=legal(state)) from None


def legal(state: State) -> list[str]:
    """The moves that the table allows from ``state``, in the table's vocabulary, sorted."""
    return sorted(m.value for s, m in MOVES if s is state)
