"""How a ticket runs: the acts of people, each at its instant, from the first grading to the archive."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tierline.demo.case import Case
from tierline.demo.hours import in_office, seated

# What runs around the clock, and of that what all tiers work together.
FIRST = frozenset({("significant", "critical"), ("extensive", "high"), ("extensive", "critical")})
URGENT = FIRST | {("significant", "high"), ("extensive", "medium"), ("moderate", "critical")}

# Shares of tickets, near to those of the reference case.
SLOW, ASKS, AT_ONCE, COMMON, REFUSED = 0.03, 0.18, 0.4, 0.72, 0.04
NOTED = 0.5
RETURNED, TASKED, EVIDENCE, SILENT = 0.04, 0.5, 0.15, 0.3
TO_L2, TO_L3 = 1.35, 0.8
# Of the reports that P1s owe.
FORGOTTEN, LATE = 0.04, 0.06


@dataclass(frozen=True, slots=True)
class Act:
    """``who``: l1, l2, l3, requester or rd. ``verb`` is a method's name of the player."""

    at: datetime
    verb: str
    who: str
    told: Mapping[str, Any] = field(default_factory=dict)


class Course:
    """Writes the acts one after the other; ``clock`` is where the story stands."""

    def __init__(self, seed: str, case: Case) -> None:
        self.case, self.chance, self.clock = case, random.Random(f"{seed}:course:{case.serial}"), case.at
        self.acts: list[Act] = []
        self.is_urgent = (case.impact, case.urgency) in URGENT
        self.is_first = (case.impact, case.urgency) in FIRST
        self.english = case.writer.language == "en"

    def acted(self) -> list[Act]:
        deep = self.chance.random()
        self._grade()
        if self.is_first or deep < self.case.fault.deep[0] * TO_L2:
            self._climb(to_l3=self.is_first or deep < self.case.fault.deep[1] * TO_L3)
        else:
            self._first_line()
        if self.is_first:
            self._report()
        return self.acts

    # -- steps

    def _grade(self) -> None:
        if not self.is_urgent:
            self.clock = seated(self.clock, self.chance)
        self._after(1, 7).do("prioritise", "l1", impact=self.case.impact, urgency=self.case.urgency)
        self._after(0.2, 1).do("classify", "l1")
        self._after(0.2, 2).do("claim", "l1")

    def _answer(self) -> None:
        low, high = (2, 11) if self.is_urgent else (2, 24)
        if self.chance.random() < SLOW:
            low, high = (35, 90) if self.is_urgent else (300, 520)
        self._after(low, high).do("reply", "l1", text=self._said("answer"))

    def _first_line(self) -> None:
        if self.chance.random() < AT_ONCE:
            self._after(3, 20)
            self._end("l1", reply=True)
            return
        self._answer()
        self._ask()
        self._after(6, 50)
        if self.chance.random() < NOTED:
            self.do("note", "l1", text=self._found())
        self._after(5, 90)
        if self.is_urgent:
            self.do("restore", "l1", evidence=[self._proof()])
            self._after(5, 60)
        self._end("l1")

    def _ask(self) -> None:
        if self.is_urgent or self.chance.random() > ASKS:
            return
        self._after(3, 25).do("reply", "l1", text=self._said("question"))
        self._after(0.5, 2).do("wait", "l1", on="customer", reason=self._said("question"))
        self._after(15, 900)
        self.clock = seated(self.clock, self.chance)
        self.do("customer", "requester", text=self._back())
        self._after(2, 20)

    def _climb(self, *, to_l3: bool) -> None:
        self._answer()
        if not self.is_first:
            self._ask()
            self._after(10, 45).do("note", "l1", text=self._found())
        self._after(2, 14).do("escalate", "l1", to="L2", package=self._package())
        self._office()
        if self.chance.random() < RETURNED and not self.is_urgent:
            self._after(5, 25).do(
                "hand_back", "l2", reason="incomplete_package", text="缺少出错时段的截图，请补充后再交接。"
            )
            self._after(10, 40).do("note", "l1", text="已补充截图与出错时段。")
            self._after(1, 5).do("escalate", "l1", to="L2", package=self._package())
            self._office()
        self._after(2, 8 if self.is_urgent else 25).do("accept", "l2")
        self._after(5, 20 if self.is_urgent else 80).do("plan", "l2", text=self._said("plan"))
        is_tasked = bool(self.case.fault.task) and self.chance.random() < TASKED
        if is_tasked:
            self._after(1, 10).do("task", "l2", title=self.case.fault.task.format_map(self.case.words))
        self._after(4, 15 if self.is_first else 90).do("note", "l2", text=self._found())
        if to_l3:
            self._l3()
        if self.is_urgent:
            self._after(1, 6).do("reply", "l3" if to_l3 else "l2", text=self._progress())
        self._mend("l3" if to_l3 else "l2", is_tasked=is_tasked)

    def _l3(self) -> None:
        self._after(1, 6 if self.is_first else 40).do("escalate", "l2", to="L3", package=self._package())
        self._office()
        self._after(2, 8 if self.is_first else 60).do("accept", "l3")
        self._after(3, 12 if self.is_first else 90).do(
            "note", "l3", text=self.case.fault.root.format_map(self.case.words)
        )
        self._after(1, 5).do("problem", "l3")

    def _mend(self, who: str, *, is_tasked: bool) -> None:
        if is_tasked:
            self._after(5, 15 if self.is_first else 60 if self.is_urgent else 240)
            self._office()
            self.do("finish_task", "rd", result="已核对并修正，变更已发布。")
        if not self.is_urgent and self.chance.random() < 0.2:
            self._after(1, 5).do("supply", who, title="请复核变更窗口，并确认贵方接口没有变化。")
            self._after(1, 15).do("wait", who, on="third_party", reason="等待供应商复核变更窗口。")
            self._after(60, 600)
            self._office()
            self.do("resume", who)
            self._after(1, 5).do("finish_task", who, result="供应商已复核，接口没有变化。")
        self._after(3, 12 if self.is_first else 60).do("restore", who, evidence=[self._proof()])
        self._after(5, 60)
        self._end(who)

    def _end(self, who: str, *, reply: bool = False) -> None:
        is_common = self.chance.random() < COMMON
        said = f"{self._said('answer')}\n\n{self._said('fix')}" if reply else ""
        self.do("resolve", who, is_common=is_common, reply=said)
        if self.chance.random() < REFUSED:
            self._after(20, 600).do("refuse", "requester", comment=self._still())
            self.clock = seated(self.clock, self.chance)
            self._after(5, 40).do("reply", who, text=self._again())
            self._after(20, 120).do("resolve", who, is_common=is_common, reply="")
        way = self.chance.random()
        if is_common and way < SILENT:
            return  # the agreed silence verifies it
        self._after(10, 1500)
        if way > 1 - EVIDENCE:
            self.do("verify", who, evidence=[self._proof()])
        else:
            self.do("verify", "requester", comment=self._thanks())
        if not is_common:
            self._after(5, 400).do("archive", who, knowledge="deposit" if self.chance.random() < 0.06 else "none")

    def _report(self) -> None:
        """What was behind a P1, within five working days for most; now and then late, and of some it is still owed."""
        said = self.chance.random()
        if said < FORGOTTEN:
            return
        low, high = (7.5, 9) if said < FORGOTTEN + LATE else (0.6, 3.5)
        self._after(low * 24 * 60, high * 24 * 60)
        self.clock = in_office(self.clock, self.chance)
        self.do("rca", "l3", report=f"根因：{self._zh('root')}\n影响：{self.case.fault.zh}。\n预防：{self._zh('fix')}")

    # -- time

    def _after(self, low: float, high: float) -> Course:
        self.clock += timedelta(minutes=self.chance.uniform(low, high))
        return self

    def _office(self) -> None:
        """Urgent work wakes the stand-by; the rest waits for the office."""
        if not self.is_urgent:
            self.clock = in_office(self.clock, self.chance)

    def do(self, verb: str, who: str, **told: Any) -> None:
        self.acts.append(Act(self.clock, verb, who, told))

    # -- words

    def _said(self, part: str) -> str:
        if self.english:
            return _ENGLISH[part]
        return str(getattr(self.case.fault, part)).format_map(self.case.words)

    def _found(self) -> str:
        return self.chance.choice(self.case.fault.found).format_map(self.case.words)

    def _proof(self) -> str:
        return f"{self.clock:%H:%M} 复测正常：{self._zh('fix')}"

    def _zh(self, part: str) -> str:
        return str(getattr(self.case.fault, part)).format_map(self.case.words)

    def _progress(self) -> str:
        return (
            _ENGLISH["progress"] if self.english else "进展：原因已缩小到我们一侧，正在处理，下次同步不晚于 90 分钟后。"
        )

    def _back(self) -> str:
        return "Here it is, thank you." if self.english else self.chance.choice(_BACK)

    def _still(self) -> str:
        return "It is back since this morning." if self.english else self.chance.choice(_STILL)

    def _again(self) -> str:
        return _ENGLISH["again"] if self.english else "抱歉又出现了，我们继续处理，一小时内给您进展。"

    def _thanks(self) -> str:
        return "Works now, thank you." if self.english else self.chance.choice(_THANKS)

    def _package(self) -> dict[str, Any]:
        fault, words = self.case.fault, self.case.words
        steps = [{"step": step.format_map(words), "result": "没有恢复"} for step in fault.lesson[:2]]
        return {
            "symptoms": self.case.text,
            "impact": f"{self.case.writer.customer}：{fault.zh}，影响日常业务。",
            "steps_tried": steps,
            "evidence": [fault.found[0].format_map(words)],
            "question": fault.plan.format_map(words),
        }


_BACK = ("截图发您了，请看附件说明。", "信息如下，后四位 0427。", "是的，昨天换过一次。", "已经按您说的看了，一样。")
_STILL = ("今天又出现了，和之前一样。", "只好了半天，现在又不行了。", "还有一个账号不行。")
_THANKS = ("好了，谢谢！", "可以了，谢谢。", "确认恢复正常。", "没问题了，辛苦。", "已解决。")
_ENGLISH = {
    "answer": "Hello, thank you for writing. We are looking into it; you will hear from us within the hour.",
    "progress": "We have narrowed it down to our side and are mending it. The next word comes within 90 minutes.",
    "again": "Sorry about that. We are looking at it again and will write within the hour.",
    "question": "Could you send us a screenshot and the time at which it happened?",
    "plan": "We suspect the last change on our side. Next we compare the logs and try the spare route.",
    "fix": "This is solved now. Please refresh and try once more.",
}
