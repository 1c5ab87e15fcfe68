"""Skills, shifts and rosters, written inside another's transaction."""

from tierline.domain.shifts import ShiftsOverlap
from tierline.workforce.operations.abilities import NewAbility, NewSkill, add_skills, set_abilities
from tierline.workforce.operations.absences import StandIn, ask_leave, ask_swap, settle_leave, settle_swap, stand_in
from tierline.workforce.operations.credentials import (
    NewCredential,
    add_credential,
    ask_for_credential,
    ask_no_longer,
    revoke_credential,
)
from tierline.workforce.operations.handover import accept_note, write_note
from tierline.workforce.operations.profiles import new_feed_key, set_presence, set_profile
from tierline.workforce.operations.rosters import (
    NewLine,
    RosterClosed,
    RosterHasGaps,
    add_lines,
    copy_roster,
    draft_roster,
    publish_roster,
    remove_line,
)
from tierline.workforce.operations.shifts import (
    KINDS,
    SHIFT,
    STANDBY,
    NewShift,
    cancel_shifts,
    plan_shifts,
)
from tierline.workforce.operations.turning import LEAVE_TURNS, PRESENCE_TURNS, SHIFT_TURNS

__all__ = [
    "KINDS",
    "LEAVE_TURNS",
    "PRESENCE_TURNS",
    "SHIFT",
    "SHIFT_TURNS",
    "STANDBY",
    "NewAbility",
    "NewCredential",
    "NewLine",
    "NewShift",
    "NewSkill",
    "RosterClosed",
    "RosterHasGaps",
    "ShiftsOverlap",
    "StandIn",
    "accept_note",
    "add_credential",
    "add_lines",
    "add_skills",
    "ask_for_credential",
    "ask_leave",
    "ask_no_longer",
    "ask_swap",
    "cancel_shifts",
    "copy_roster",
    "draft_roster",
    "new_feed_key",
    "plan_shifts",
    "publish_roster",
    "remove_line",
    "revoke_credential",
    "set_abilities",
    "set_presence",
    "set_profile",
    "settle_leave",
    "settle_swap",
    "stand_in",
    "write_note",
]
