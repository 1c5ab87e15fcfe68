"""Address lists as senders write them: RFC 5322 with its obsolete forms, and much that is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tierline.channels.base import Party
from tierline.channels.types.email.charset import clean_line, decode
from tierline.channels.types.email.headers import words

MAX_PARTIES = 1_000
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*+(?:"|\\?$))
      | (?P<word>=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)
      | (?P<special>[<>,;:()])
      | (?P<blank>\s+)
      | (?P<atom>[^\s"<>,;:()]+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ANGLE_STOP = re.compile(r"[<>(]")


@dataclass(slots=True)
class _Draft:
    """One mailbox while it is read."""

    raw: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None

    def party(self) -> Party | None:
        comment = clean_line(words(" ".join(self.comments)))
        if self.angle is not None:
            name = _phrase(self.raw)
            address = _address(self.angle)
        else:
            address, name = self._bare(comment)
        if comment and name:
            name = f"{name} ({comment})"
        name = name or comment
        return Party(name, address) if name or address else None

    def _bare(self, comment: str) -> tuple[str, str]:
        joined = re.sub(r"\s*@\s*", "@", "".join(self.raw).strip())
        if "@" in joined:
            local, _, domain = joined.partition("@")
            joined = local + "@" + re.sub(r"\s*\.\s*", ".", domain)
            if joined.startswith('"'):
                return _address(joined), ""
            # "Test test@example.com": the brackets were forgotten.
            address = next(word for word in joined.split() if "@" in word)
            return _address(address), _phrase([joined.replace(address, " ", 1)])
        # One word and a comment is an old address without a domain: "MAILER-DAEMON (Mail System)".
        if comment and joined and " " not in joined and '"' not in joined:
            return joined, ""
        return "", _phrase(self.raw)


def parties(value: bytes | str, *, hint: str = "") -> tuple[Party, ...]:
    """The people in one address field, groups opened. Bounded, and never fails."""
    text = value if isinstance(value, str) else decode(value, hint=hint)
    found: list[Party] = []
    for draft in _drafts(text):
        if (party := draft.party()) is not None:
            found.append(party)
        if len(found) >= MAX_PARTIES:
            break
    return tuple(found)


def _drafts(text: str) -> Iterator[_Draft]:
    draft = _Draft()
    position = 0
    while position < len(text) and (token := _TOKEN.match(text, position)) is not None:
        position = token.end()
        piece, is_special = token[0], token.lastgroup == "special"
        if is_special and piece == "(":
            comment, position = _comment(text, position)
            draft.comments.append(comment)
        elif is_special and piece == "<":
            draft.angle, position = _angle(text, position, draft)
        elif is_special and piece in ",;":
            yield draft
            draft = _Draft()
        elif is_special and piece == ":":
            # A group's name, unless this is an address that cannot be one: "a@b: c".
            if "@" not in "".join(draft.raw):
                draft = _Draft()
        elif not is_special:
            draft.raw.append(piece)
    yield draft


def _comment(text: str, position: int) -> tuple[str, int]:
    """The comment opened just before ``position``, and where it ends."""
    out: list[str] = []
    depth = 1
    while position < len(text):
        mark = text[position]
        position += 1
        if mark == "\\":
            out.append(text[position : position + 1])
            position += 1
            continue
        depth += (mark == "(") - (mark == ")")
        if not depth:
            break
        out.append(mark)
    return "".join(out), position


def _angle(text: str, position: int, draft: _Draft) -> tuple[str, int]:
    """What stands between < and >, without comments (which go to the draft), and where it ends."""
    out: list[str] = []
    while position < len(text) and (found := _ANGLE_STOP.search(text, position)) is not None:
        out.append(text[position : found.start()])
        position = found.end()
        if found[0] == ">":
            return "".join(out), position
        if found[0] == "<":
            # The bracket was never closed: "A <a@b.example, C <c@d.example>".
            head, comma, _ = "".join(out).partition(",")
            return head, position - 1 - (len("".join(out)) - len(head) if comma else 0)
        comment, position = _comment(text, position)
        draft.comments.append(comment)
    return "".join(out) + text[position:], len(text)


def _address(text: str) -> str:
    """``text`` as an address: source routes, blanks and stray brackets removed."""
    address = clean_line(words(text)).strip("<>, ")
    if address.startswith("@") and ":" in address:
        address = address.split(":", 1)[1]
    if not address.startswith('"'):
        address = "".join(address.split())
    return address


def _phrase(pieces: list[str]) -> str:
    """A display name: quotes opened, encoded words decoded, neighbouring words joined."""
    text = "".join(pieces).strip()
    opened = re.sub(
        r'"((?:[^"\\]|\\.)*+)(?:"|\\?$)', lambda found: re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), text
    )
    return re.sub(" {2,}", " ", clean_line(words(opened)))
