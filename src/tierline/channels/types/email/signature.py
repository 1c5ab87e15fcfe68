"""Where the text ends and the sender's signature, device line or legal notice begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tierline.channels.types.email.lines import Line, Origin
from tierline.channels.types.email.markers import is_quote, is_rule_text
from tierline.channels.types.email.phrases import CLOSING, CONTACT, CONTACT_LABEL, DISCLAIMER, MAIL, MOBILE

# A signature below "-- " may be long; below a mere rule it must look like one.
MAX_SIGNED_LINES = 40
MAX_RULED_LINES = 15
MAX_BLOCK_LINES = 12
_DELIMITER = re.compile(r"\s*(?:--|—|–|——|––|__|- -|-- )\s*")
# NetEase Mail Master draws its signature card as a table of bars.
_BARRED = re.compile(r"\s*\|[\s|]*")
_BARRED_FOOT = re.compile(r"^\W*\S{1,40}\s(?=.*\|)(?=.*(?:@|签名由|邮箱))")
_DASHED_NAME = re.compile(r"\s*[-–—~]{1,2}\s?[^\W\d_][\w.'’]*(?: [^\W\d_][\w.'’]*){0,3}\s*")
_SENTENCE_END = re.compile(
    r"[?!？！。；;]\s*$|(?<!\b\w)(?<!\b(?:dr|jr|sr|st|ag|co))(?<!\b(?:inc|ltd|gmb|phd|llc|str|tel|fax))(?<![A-Z])\.\s*$",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[Line]) -> int:
    """Index of the first line of the signature; ``len(lines)`` when there is none.

    Never takes everything: a body that would be all signature has none.
    """
    end = _without_trailing_blanks(lines, len(lines))
    cut = end
    for find in (_marked, _delimited, _legal, _devices, _dashed_name, _closing, _contacts):
        found = find(lines, cut)
        if found < cut and any(line.text for line in lines[:found]):
            cut = _without_trailing_blanks(lines, found)
    return cut if cut < end else len(lines)


def _without_trailing_blanks(lines: Sequence[Line], end: int) -> int:
    while end and not lines[end - 1].text:
        end -= 1
    return end


def _marked(lines: Sequence[Line], end: int) -> int:
    """What the sender's program itself marked as signature, at the end of the text."""
    at = end
    while at and (lines[at - 1].origin is Origin.SIGNATURE or not lines[at - 1].text):
        at -= 1
    return at if any(line.origin is Origin.SIGNATURE for line in lines[at:end]) else end


def _delimited(lines: Sequence[Line], end: int) -> int:
    first = _tail(lines, end, MAX_SIGNED_LINES + 1)
    is_code = sum(line.text.lstrip().startswith("```") for line in lines[:first]) % 2 == 1
    for at in range(first, end):
        line = lines[at]
        if line.text.lstrip().startswith("```"):
            is_code = not is_code
        if is_code or is_quote(line) or len(line.text) > 200:
            continue
        if _DELIMITER.fullmatch(line.text):
            return at
        below = [lower.text for lower in lines[at + 1 : end] if lower.text]
        if len(below) > MAX_RULED_LINES:
            continue
        if _BARRED.fullmatch(line.text) and _BARRED_FOOT.search(" ".join(below)):
            return at
        if (line.is_rule or is_rule_text(line.text)) and _is_foot(lines, at, below):
            return at
    return end


def _tail(lines: Sequence[Line], end: int, count: int) -> int:
    """Where the last ``count`` lines with words begin."""
    at = end
    while at and count:
        at -= 1
        count -= bool(lines[at].text)
    return at


def _is_foot(lines: Sequence[Line], at: int, below: list[str]) -> bool:
    """Whether the rule at ``at`` parts a foot from the text, and does not underline or draw a table."""
    if not below:
        return True
    above = lines[at - 1].text if at else ""
    if above and not lines[at].is_rule and lines[at].text.strip()[0] in "=-~*" and above.rstrip().endswith((":", "：")):
        return False
    above_too = (line.text for line in lines[:at] if not is_quote(line))
    if not CONTACT.search(" ".join(below)) and any(is_rule_text(text) for text in (*below, *above_too)):
        return False
    if above and lines[at].text.strip()[0] in "=~*" and abs(len(above) - len(lines[at].text)) <= 3:
        return False
    return all(len(text) <= 120 for text in below)


def _legal(lines: Sequence[Line], end: int) -> int:
    """A confidentiality notice that begins a paragraph and ends the text."""
    for at in range(max(end - MAX_SIGNED_LINES, 1), end):
        if DISCLAIMER.match(lines[at].text) and (not lines[at - 1].text or is_rule_text(lines[at - 1].text)):
            return at
    return end


def _devices(lines: Sequence[Line], end: int) -> int:
    """Device lines ("Sent from my phone") at the end, however many."""
    at = cut = end
    while at:
        text = lines[at - 1].text
        if text and (len(text) > 240 or not MOBILE.fullmatch(text)):
            break
        at -= 1
        cut = at if text else cut
    return cut


def _dashed_name(lines: Sequence[Line], end: int) -> int:
    """ "-Name" alone in the last paragraph. A list item has a blank after its dash."""
    if end < 3 or lines[end - 2].text or not _DASHED_NAME.fullmatch(lines[end - 1].text):
        return end
    return end - 1 if not re.match(r"\s*[-–—~] ", lines[end - 1].text) else end


def _closing(lines: Sequence[Line], end: int) -> int:
    """ "Regards," followed by a name and at least one line more. A courtesy and a name stay with the text."""
    for at in range(max(end - MAX_BLOCK_LINES, 1), end):
        if CLOSING.fullmatch(lines[at].text.strip()):
            below = [
                line.text for line in lines[at + 1 : end] if line.text and not CLOSING.fullmatch(line.text.strip())
            ]
            if len(below) >= 2 and all(len(text) <= 80 and not is_quote(Line(text)) for text in below):
                return at
    return end


def _contacts(lines: Sequence[Line], end: int) -> int:
    """A last paragraph of short lines that names somebody and how to reach them."""
    start = end
    while start and lines[start - 1].text and end - start <= MAX_BLOCK_LINES:
        start -= 1
    block = [line.text for line in lines[start:end]]
    if len(block) == 1 and start >= 3 and not lines[start - 2].text and MAIL.fullmatch(block[0].strip()):
        return start  # Foxmail's ready-made signature: the address alone, below blank lines
    if not 2 <= len(block) <= MAX_BLOCK_LINES or start < 2:
        return end
    first = block[0]
    if re.search(r"[:：]", first) or CONTACT.search(first) or first.startswith(("-", "*", "•", ">", "#")):
        return end
    if any(len(text) > 70 or _SENTENCE_END.search(text) for text in block):
        return end
    reachable = sum(bool(CONTACT_LABEL.match(text) or CONTACT.search(text)) for text in block)
    return start if reachable >= 2 else end
