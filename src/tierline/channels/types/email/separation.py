"""A body in three: what was newly said, what is repeated from before, and the signature.

Nothing is lost: the three together hold every line except blank ones at the seams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierline.channels.types.email.charset import clean
from tierline.channels.types.email.html import lines_of_clean, lines_of_trap, sanitised
from tierline.channels.types.email.lines import MAX_LINES, Line, lines_of_text
from tierline.channels.types.email.markers import first_marker, is_quote, mark_torn_ends
from tierline.channels.types.email.signature import signature_start


@dataclass(frozen=True, slots=True)
class Separated:
    """``text`` is never empty unless the body is."""

    text: str
    quoted: str = ""
    signature: str = ""


def separate(text: str) -> Separated:
    """Separates a plain text body."""
    return separate_lines(lines_of_text(clean(text)))


def separate_html(html: str) -> Separated:
    """Separates an HTML body; the result is plain text."""
    return separate_lines(html_lines(html))


def html_lines(html: str) -> list[Line]:
    html = clean(html)
    if safe := sanitised(html):
        return lines_of_clean(safe)
    return lines_of_trap(html)


def separate_lines(lines: Sequence[Line]) -> Separated:
    """Separates lines that may carry what their markup said about them."""
    if len(lines) > MAX_LINES or any("\n" in line.text for line in lines):
        return Separated(_joined(lines))
    mark_torn_ends(lines)
    visible, quoted = _without_repeats(list(lines))
    start = signature_start(visible)
    text = _joined(visible[:start])
    if not text:
        # A bare forward, or a quote without a word: it is all there is to read.
        return Separated(_joined(lines))
    return Separated(text, _joined(quoted), _joined(visible[start:]))


def _joined(lines: Sequence[Line]) -> str:
    return "\n".join(line.shown for line in lines).strip("\n")


def _has_words(lines: Sequence[Line]) -> bool:
    return any(line.text.strip() and not is_quote(line) for line in lines)


def _without_repeats(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    marker = first_marker(lines)
    if marker is None:
        return _without_trailing_quote(lines)
    before, said, after = lines[: marker.start], lines[marker.start : marker.end], lines[marker.end :]
    if marker.kind == "container":
        # The markup says where the quote ends; what stands below is the sender's again.
        below, more = _without_repeats(after) if _has_words(after) else ([], after)
        return before + _stripped(below), said + more
    if marker.kind == "attribution" and _first_words_are_quote(after):
        return _around_quotes(before, said, after)
    if _has_words(before) and not _is_all_signature(before):
        return before, said + after
    if marker.kind == "attribution":
        # The attribution opens the body and no quote marks follow: what stands below is all there is.
        return _stripped(after), [*before, *said]
    return lines, []


def _is_all_signature(lines: list[Line]) -> bool:
    return signature_start([Line("x"), Line(""), *lines]) <= 2


def _first_words_are_quote(lines: list[Line]) -> bool:
    return next((is_quote(line) for line in lines if line.shown), False)


def _around_quotes(before: list[Line], said: list[Line], after: list[Line]) -> tuple[list[Line], list[Line]]:
    """Splits marked quotes below an attribution from the answers below or between them."""
    signed_from = signature_start(after)
    after, signed = after[:signed_from], after[signed_from:]
    owned = _with_wrapped_lines(after)
    answers = [at for at, line in enumerate(after) if line.text and not owned[at]]
    if not answers:
        return before + signed, said + after
    quotes = [at for at in range(len(after)) if owned[at] and after[at].shown.strip("> ")]
    last = answers[-1] + 1
    if quotes and any(answers[0] < at < last for at in quotes):
        # Answers stand between the questions: the questions up to the last answer belong to the reading.
        return before + _stripped(after[:last]) + signed, said + after[last:]
    below, more = _without_repeats(after[answers[0] :])
    return before + below + signed, said + after[: answers[0]] + more


def _with_wrapped_lines(lines: list[Line]) -> list[bool]:
    """For each line whether it belongs to the quote, counting lines that wrapping robbed of their mark."""
    owned = [is_quote(line) for line in lines]
    for at, line in enumerate(lines):
        if owned[at] or not line.text or not at or not owned[at - 1]:
            continue
        above = lines[at - 1].text.lstrip("> ＞\t")
        is_torn = len(above) >= 55 and not above.endswith((".", "?", "!", "。", "？", "！", ":", "："))
        is_open = above.count("(") > above.count(")") or above.count("<") > above.count(">")
        is_link = line.text.startswith(("(http", "<http", "http")) and not lines[at].text.endswith((".", "!"))
        below_is_quote = at + 1 < len(lines) and is_quote(lines[at + 1])
        owned[at] = (is_torn or is_open or is_link) and (below_is_quote or at + 1 == len(lines))
    return owned


def _without_trailing_quote(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """A marked quote at the very end is a repeat even when nothing announces it."""
    start = len(lines)
    while start and (not lines[start - 1].shown or is_quote(lines[start - 1])):
        start -= 1
    if not _has_words(lines[:start]) or not any(is_quote(line) for line in lines[start:]):
        return lines, []
    return lines[:start], lines[start:]


def _stripped(lines: list[Line]) -> list[Line]:
    start = 0
    while start < len(lines) and not lines[start].text:
        start += 1
    return lines[start:]


__all__ = ["Separated", "html_lines", "separate", "separate_html", "separate_lines"]
