"""Where a body says: from here on I am answering this. Attributions, header blocks and notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tierline.channels.types.email.lines import Line, Origin
from tierline.channels.types.email.phrases import (
    BARE_NOTICE,
    DATE,
    DATED_START,
    MAIL,
    NOTICE,
    OPENING,
    QUOTING,
    REPLY_ABOVE,
    TIME,
    UNFRAMED_NOTICE,
    VERB,
    header_key,
)

# An attribution longer than this is prose. Wrapped ones take up to six lines (Polymail).
MAX_ATTRIBUTION = 400
MAX_ATTRIBUTION_LINES = 6
MAX_HEADER_BLOCK = 14
# Candidates looked at closely in one body; a log with a colon on every line has as many as lines.
MAX_TRIES = 1_000
# The end of a sentence, but not of "Fr., 28." or "p.m.".
_SENTENCE = re.compile(r"[?!。？！]$|[^\W\d_]{5,}\.$")
_TORN_END = re.compile(rf">\s*(?:{VERB.pattern})?\s*[:：]?")
_ENDS_WITH_MAIL = re.compile(rf"(?:{MAIL.pattern}|<[^<>]{{0,200}}>)[>)\]]{{0,3}}\s*[:：]?$")
_IN_ADDRESS = re.compile(r"[@/]|\.\w")
_WHEN = re.compile(r"(?:on|at|am|le|el|op|il|den|em|в)\s", re.IGNORECASE)
_FRAME = "-—=*_|> "
_ENDINGS = (":", "：", ">", "]", "-", "=", "*", "|", "写道", "写到", "寫道", "작성", "のメール")


@dataclass(frozen=True, slots=True)
class Marker:
    """Lines ``start`` up to, not including, ``end`` announce what follows them."""

    start: int
    end: int
    kind: Literal["attribution", "headers", "notice", "container"]


def is_quote(line: Line) -> bool:
    return line.depth > 0 or (line.text.lstrip()[:1] in (">", "＞") and not line.is_torn_end)


def mark_torn_ends(lines: Sequence[Line]) -> None:
    """Marks lines such as "> wrote:", whose ">" closes an address on the line above and quotes nothing."""
    for at in range(1, len(lines)):
        text, above = lines[at].text, lines[at - 1].text
        if text[:1] == ">" and above[:1] != ">" and len(text) > 1 and _TORN_END.fullmatch(text):
            lines[at].is_torn_end = above.count("<") > above.count(">") or above.startswith("mailto:")


def first_marker(lines: Sequence[Line]) -> Marker | None:
    """The first place from which the body repeats an earlier message, outside of quoted lines."""
    tried = 0
    for at, line in enumerate(lines):
        if line.origin is Origin.QUOTED:
            end = next((i for i in range(at, len(lines)) if lines[i].origin is not Origin.QUOTED), len(lines))
            return Marker(_absorbed(lines, at), end, "container")
        text = line.text
        if is_quote(line) or not text or len(text) > MAX_ATTRIBUTION:
            continue
        if NOTICE.fullmatch(text) or BARE_NOTICE.fullmatch(text) or REPLY_ABOVE.fullmatch(text):
            return Marker(_absorbed(lines, at), at + 1, "notice")
        if is_header_block(lines, at):
            return Marker(_absorbed(lines, at), at, "headers")
        if tried < MAX_TRIES and _may_end_attribution(text):
            tried += 1
            if (start := _attribution_start(lines, at)) is not None:
                return Marker(_absorbed(lines, start), at + 1, "attribution")
    return None


def _absorbed(lines: Sequence[Line], at: int) -> int:
    """``at``, or the rule or the words "original message" that stand right above it, with only blanks between."""
    for above in range(at - 1, -1, -1):
        text = lines[above].text
        if lines[above].is_rule or is_rule_text(text):
            return above
        if UNFRAMED_NOTICE.fullmatch(text):
            at = above
        elif text:
            break
    return at


def is_rule_text(text: str) -> bool:
    """A line made of one repeated line-drawing mark: ``-----``, ``_____``, ``=====``, ``—————``."""
    mark = text.replace(" ", "")
    return len(mark) >= 2 and mark[0] in "-_=*~—–─＿－﹏·" and len(set(mark)) == 1


def is_header_block(lines: Sequence[Line], at: int) -> bool:
    """Whether the lines from ``at`` are a repeated From / Sent / To / Subject block.

    Needs a sender or a date first, and enough company that a travel request ("From: Beijing, To:
    Shanghai, Date: ...") is not taken for one.
    """
    first = header_key(lines[at].text)
    if first is None or first[0] in ("copy", "other") or (first[0] in ("to", "subject") and not first[1].strip()):
        return False
    classes: set[str] = set()
    has_address = False
    strangers = 0
    for line in lines[at : at + MAX_HEADER_BLOCK]:
        if is_quote(line):
            break
        found = header_key(line.text)
        if found is None:
            if not line.text:
                continue
            strangers += 1
            if strangers > 2:
                break
            has_address = has_address or (strangers == 1 and "@" in line.text)
            continue
        if found[0] in classes and found[0] == first[0]:
            break
        classes.add(found[0])
        has_address = has_address or MAIL.search(found[1]) is not None
        classes.update(_keys_inside(found[1]))
    if "sender" in classes and "subject" in classes and classes & {"date", "to"}:
        return True
    return (
        has_address and len(classes & {"sender", "date", "to", "subject"}) >= 2 and bool(classes & {"sender", "date"})
    )


def _keys_inside(value: str) -> set[str]:
    """Classes of further keys on the same line: "From: a@b.example Date: Thu, 24 Mar"."""
    pieces = value.split()
    inside = (header_key(piece + " ") for piece in pieces if piece.endswith((":", "：")) and len(piece) > 2)
    return {found[0] for found in inside if found}


def _may_end_attribution(text: str) -> bool:
    return text.endswith(_ENDINGS) or VERB.search(text[-30:]) is not None


def _attribution_start(lines: Sequence[Line], end: int) -> int | None:
    """The line on which an attribution that ends at ``end`` begins, or ``None`` when there is none."""
    is_followed = _quote_follows(lines, end + 1)
    nearest: int | None = None
    joined = ""
    for start in _starts(lines, end):
        joined = f"{lines[start].text.strip()} {joined}".strip()
        if len(joined) > MAX_ATTRIBUTION or (start < end and _SENTENCE.search(lines[start].text)):
            break
        if is_attribution(joined, is_followed=is_followed):
            if _opens(lines[start].text):
                return _with_opening(lines, start)
            nearest = start if nearest is None else nearest
    return nearest


def _with_opening(lines: Sequence[Line], start: int) -> int:
    """ "On Thu," alone above "31 Mar 2016 ... wrote:" still belongs to it."""
    above = lines[start - 1].text.strip() if start else ""
    if above and len(above) <= 20 and OPENING.match(above) and not OPENING.match(lines[start].text.strip()):
        return start - 1
    return start


def _starts(lines: Sequence[Line], end: int) -> list[int]:
    """Candidate first lines, nearest first: upwards to a blank line, across one before a lone bracket."""
    starts: list[int] = []
    at = end
    while at >= 0 and len(starts) < MAX_ATTRIBUTION_LINES:
        text = lines[at].text
        if is_quote(lines[at]) and at != end:
            break
        if not text:
            below = lines[at + 1].text.lstrip() if at < end else ""
            if not below.startswith(("<", "mailto:")):
                break
        else:
            starts.append(at)
        at -= 1
    return starts


def _quote_follows(lines: Sequence[Line], at: int) -> bool:
    for line in lines[at : at + 4]:
        if line.text or line.depth:
            return is_quote(line) or line.text.startswith("|")
    return False


def _opens(text: str) -> bool:
    stripped = text.strip(_FRAME)
    return bool(OPENING.match(stripped) and any(mark.isdigit() for mark in stripped)) or bool(
        DATED_START.match(stripped)
    )


def is_attribution(text: str, *, is_followed: bool = False) -> bool:
    """Whether ``text`` says that somebody wrote something at some time.

    ``is_followed`` tells that quoted lines come next, which excuses weaker evidence.
    """
    bare = text.strip().strip(_FRAME).strip()
    is_framed = text.lstrip().startswith(("--", "==")) and text.rstrip().endswith(("--", "=="))
    ends_open = bare.endswith((":", "：")) or is_framed
    date, mail = DATE.search(bare), MAIL.search(bare) or "<" in bare
    begins_well = bool(OPENING.match(bare)) or DATED_START.match(bare) is not None
    verb = _last_verb(bare)
    if verb is None:
        if QUOTING.match(bare):
            return bool(mail) and ends_open
        return (
            DATED_START.match(bare) is not None
            and _ENDS_WITH_MAIL.search(bare) is not None
            and (ends_open or is_followed)
        )
    after = bare[verb[1] :].strip(_FRAME + ":：")
    if not after:
        if is_framed or (is_followed and (date or mail)):
            return True
        if not ends_open and not (begins_well and mail) and not bare.endswith(("道", "到", "작성", "メール")):
            return False
        evidence = bool(date) + bool(mail) + bool(TIME.search(bare))
        return evidence >= 2 or (evidence == 1 and (begins_well or bool(mail)))
    if not ends_open:
        return False
    if mail and (date or TIME.search(bare)):
        return begins_well or bare.index("@" if "@" in bare else "<") < verb[0] or date is not None
    if _WHEN.match(after) and DATE.search(after):
        return _is_name(bare[: verb[0]])
    return begins_well and bool(date) and (is_followed or _is_name(after))


def _last_verb(text: str) -> tuple[int, int] | None:
    """Where the last verb of writing stands. A verb inside an address or link does not count."""
    found = None
    for match in VERB.finditer(text):
        if not _IN_ADDRESS.match(text, match.end()):
            found = (match.start(), match.end())
    return found


def _is_name(text: str) -> bool:
    words = [word.strip("\"'“”„(),.<>") for word in text.split()]
    particles = {"via", "von", "van", "de", "der", "den", "da", "di", "la", "le", "el", "het", "følgende", "följande"}
    return 1 <= len(words) <= 8 and all(not word or not word[0].islower() or word in particles for word in words)
