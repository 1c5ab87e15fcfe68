"""What must not be read by the way: numbers of people, cards and keys in text that is derived from a ticket.

The original stays where it is; lists, search, notifications, logs and training see what ``redacted`` returns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_GAP = r"[ \-]?"


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind``: id_card, bank_card, mobile, email or secret; ``[start, end)`` in the text as given."""

    kind: str
    start: int
    end: int


def findings(text: str) -> list[Finding]:
    """Everything sensitive, in order, without overlaps; where two could be meant, the stricter kind wins."""
    if text.isascii() and not _MAYBE.search(text):
        return []
    plain, places = _folded(text)
    taken: list[Finding] = []
    for kind, pattern, is_one in _KINDS:
        for start, end in _matches(pattern, is_one, plain):
            found = Finding(kind, places[start], places[end - 1] + 1)
            if all(found.end <= other.start or found.start >= other.end for other in taken):
                taken.append(found)
    return sorted(taken, key=lambda f: f.start)


def redacted(text: str) -> str:
    """The text with what is sensitive masked: enough is left to recognise it, not to use it."""
    parts, last = [], 0
    for found in findings(text):
        parts += [text[last : found.start], _MASKS[found.kind](text[found.start : found.end])]
        last = found.end
    return "".join([*parts, text[last:]])


def redacted_words(words: Mapping[str, Any]) -> dict[str, Any]:
    """The same for what people wrote as an event keeps it: texts, lists of them and mappings of them."""
    return {name: _redacted_value(value) for name, value in words.items()}


def is_id_card(number: str) -> bool:
    """A resident identity number of GB 11643: 17 digits with a real birthday, and the check character."""
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """13 to 19 digits that Luhn's formula accepts and that are not one digit repeated."""
    if not re.fullmatch(r"\d{13,19}", number) or len(set(number)) == 1:
        return False
    total = 0
    for n, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + n % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _redacted_value(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return redacted_words(value)
    return [_redacted_value(each) for each in value] if isinstance(value, list | tuple) else value


def _always(_: str) -> bool:
    return True


# Without any of these nothing in ASCII is a finding: most lines of a log are passed over by this alone.
_MAYBE = re.compile(
    r"\d{4}|\d[ -]\d|@|[A-Za-z]_|-[\w-]{10}|AKIA|ASIA|LTAI|eyJ|(?i:pass|pwd|secret|token|key|authorization)"
)
_LEFT, _RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    # -----BEGIN ... PRIVATE KEY-----, cut off or not.
    (
        "secret",
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}-----)?"),
        _always,
    ),
    # Tokens that say what they are.
    (
        "secret",
        re.compile(
            _LEFT
            + r"(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,100}|sk-[\w-]{20,200}"
            + r"|xox[abprs]-[\w-]{10,200}|(?:AKIA|ASIA|LTAI)[A-Za-z0-9]{12,30}"
            + r"|eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,2000})"
        ),
        _always,
    ),
    # A name that says so, then the value: password=…, 密码：…, Authorization: Bearer …
    (
        "secret",
        re.compile(
            r"(?:(?i:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|authorization)|密码|口令|密钥|令牌)"
            r"[\"']?\s{0,3}(?:[:=]|是|为)\s{0,3}[\"']?(?:(?i:bearer|basic)\s{1,3})?(?P<value>[^\s\"',;，。；、]{4,400})"
        ),
        _always,
    ),
    ("id_card", re.compile(_LEFT + r"[1-9](?:" + _GAP + r"\d){16}" + _GAP + r"[\dXx]" + _RIGHT), is_id_card),
    ("bank_card", re.compile(_LEFT + r"\d(?:" + _GAP + r"\d){12,18}" + _RIGHT), is_bank_card),
    (
        "mobile",
        re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d" + _GAP + r"\d{4}" + _GAP + r"\d{4}" + _RIGHT),
        _always,
    ),
    (
        "email",
        re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"),
        _always,
    ),
)


def _matches(pattern: re.Pattern[str], is_one: Callable[[str], bool], plain: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(plain):
        start, end = match.span("value") if "value" in pattern.groupindex else match.span()
        if is_one(re.sub(r"[ \-]", "", match.group()) if is_one is not _always else ""):
            yield start, end


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Full-width forms as plain ones, and where each character came from."""
    if text.isascii():
        return text, range(len(text))
    plain: list[str] = []
    places: list[int] = []
    for n, char in enumerate(text):
        folded = unicodedata.normalize("NFKC", char) if char > "\x7f" else char
        # One sign that stands for a whole phrase (U+FDFA) says nothing sensitive.
        for small in folded if len(folded) <= 4 else char:
            plain.append(small)
            places.append(n)
    return "".join(plain), places


def _mask_mobile(found: str) -> str:
    digits = [n for n, char in enumerate(found) if char.isdecimal()]
    return f"{found[: digits[-8]].rstrip(' -')}****{found[-4:]}"


def _mask_email(found: str) -> str:
    name, _, host = found.rpartition("@")
    return f"{name[:1]}***@{host}" if name else "***"


_MASKS: dict[str, Callable[[str], str]] = {
    "id_card": lambda found: f"{found[:3]}***********{found[-4:]}",
    "bank_card": lambda found: f"**** {found[-4:]}",
    "mobile": _mask_mobile,
    "email": _mask_email,
    "secret": lambda _: "••••••",
}
