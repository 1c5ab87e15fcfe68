"""Verbs of the answers room."""

from tierline.answers.services.auditing import draw_samples, judge_sample
from tierline.answers.services.evaluating import activate, evaluate, run_evaluation
from tierline.answers.services.giving import consider, hear, tell_outcome
from tierline.answers.services.setting import drop_policy, set_policy

__all__ = [
    "activate",
    "consider",
    "draw_samples",
    "drop_policy",
    "evaluate",
    "hear",
    "judge_sample",
    "run_evaluation",
    "set_policy",
    "tell_outcome",
]
