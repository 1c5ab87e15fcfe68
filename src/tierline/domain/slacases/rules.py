"""Rules of the engines that cases come from, where they differ in kind from ours; named, and shown when used.

A case is first read by our own rules. Only when that differs is it read by those of its engine, all that bear on it
at once, and the verdict names the ones without which it would not have passed.
"""

from __future__ import annotations

from enum import StrEnum


class Foreign(StrEnum):
    # A paused state stops every clock. Ours never stop first and next response (SLA.md 2, Pause).
    PAUSE_STOPS_EVERY_CLOCK = "pause_stops_every_clock"
    # A recorded first response or contact is a stamp on one clock. Ours is a message, which answers all that wait.
    STAMP_STOPS_ONE_CLOCK = "stamp_stops_one_clock"
    # The update interval begins with the ticket. Ours begins with our first public message (SLA.md 3).
    UPDATES_FROM_RECEIPT = "updates_from_receipt"
    # A closed ticket shows no deadline. Ours keeps the customer's unanswered message (SLA.md 3, next response).
    CLOSED_SHOWS_NO_DUE = "closed_shows_no_due"
    # The deadline is hidden in some states and runs on. Ours is hidden only while it is paused.
    IGNORED_STATE_HIDES_DUE = "ignored_state_hides_due"
    # Time in ignored states is left out of every clock that ignores them.
    IGNORED_STATE_STOPS_CLOCK = "ignored_state_stops_clock"
    # Only a change of state ends a pause. Ours ends with any message of the customer (SLA.md 2, Resume).
    STATE_ALONE_ENDS_PAUSE = "state_alone_ends_pause"
    # A changed agreement counts from receipt. Ours counts from the change (SLA.md 2, Agreement edit).
    CHANGE_COUNTS_FROM_RECEIPT = "change_counts_from_receipt"


HOUSE: frozenset[Foreign] = frozenset()
