"""What does a requester's reply to "resolved, please confirm" say: yes, thanks only, or still broken?"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    THANKS = "thanks"
    MORE = "more"


_YES = re.compile(
    r"(已经?(解决|恢复|好了|可以)|解决了|好了|可以了|能用了|正常了|恢复了|没问题了?|确认(解决|恢复|关闭)?|通过|验证通过"
    r"|\b(solved|resolved|fixed|confirmed?|works( now| again| fine)?|working( now| again)?|all good"
    r"|it'?s? (ok|fine)( now)?)\b)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(没有?(解决|好|恢复)|未(解决|恢复)|还是|仍然?|依然|又(出现|不|报)|不行|不能|不可以|不正常|无法|失败|报错|但是?|可是|不过|吗[?？]?|[?？]"
    r"|n't\b|\b(not|cannot|still|again(st)?\s+fail|but|however|fails?|failing|error|broken|unresolved)\b)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^((非常|十分|太)?(谢谢|感谢|多谢|辛苦)(您|你|了|啦|大家|各位)*|thanks?( you)?( (so|very) much| a lot)?|thx|cheers"
    r"|收到|ok(ay)?|好的?|嗯|[\s,.!,。!、~])+$",
    re.IGNORECASE,
)
_SHORT = 60


def read(text: str) -> Answer:
    """Cautious: only a short text that says yes and nothing against it confirms; anything in doubt is MORE."""
    said = unicodedata.normalize("NFKC", text).replace("\u2019", "'").strip()
    if not said or len(said) > _SHORT:
        return Answer.MORE
    if _NO.search(said):
        return Answer.MORE
    if _YES.search(said):
        return Answer.CONFIRMED
    return Answer.THANKS if _THANKS.match(said) else Answer.MORE
