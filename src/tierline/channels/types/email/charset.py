"""Which characters do these bytes mean: declared, wrongly declared and undeclared charsets."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

# What senders write, and what they mean by it (a superset, so that vendor characters survive).
_MEANT = {
    "ascii": "us-ascii",
    "ansi_x3.4-1968": "us-ascii",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "euc-cn": "gb18030",
    "chinesebig5": "big5hkscs",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cp950": "cp950",
    "hz-gb-2312": "hz",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "iso-ir-111": "koi8_r",
    "koi8-ru": "koi8_u",
}
# Codecs by family: a sender must not be able to name zlib, idna, unicode_escape or UTF-7. UTF-7 is
# refused because markup hides in it from every filter that reads ASCII.
_ALLOWED = re.compile(
    r"(us-?ascii|utf-?8(-sig)?|utf-?16(-?[lb]e)?|utf-?32(-?[lb]e)?|gb18030|gbk|gb2312|hz|big5(hkscs)?|euc[_-]?\w+"
    r"|shift_?jis\w*|iso-?2022[_-]\w+|(cp|windows-?|ibm-?)\d{3,4}|iso[-_]?8859[-_]\d{1,2}|latin\w*|koi8[-_][rut]"
    r"|mac[-_]\w+|johab|tis-?620|kz-?1048|ptcp154|hp-?roman8)"
)
LOST = "\ufffd"
_WIDE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp_ext", "cp950", "euc_kr"})
REFUSED = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "x-imap4-modified-utf7"})
_SINGLE_BYTE = re.compile(r"(us-?ascii|cp125\d|cp8\d\d|iso-?8859|latin|koi8|mac|tis)")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Marks that make a name or subject read as something else (text-direction overrides), and invisible ones.
_DECEPTIVE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """The codec that ``label`` means, or ``None`` when it is unknown or refused."""
    wanted = label.strip().strip("\"'").lower()
    wanted = _MEANT.get(wanted, wanted).replace("windows-", "cp").replace("ibm-", "cp")
    if not _ALLOWED.fullmatch(wanted):
        return None
    try:
        return codecs.lookup(wanted).name
    except LookupError:
        return None


def decode(content: bytes, label: str = "", *, hint: str = "") -> str:
    """The text of ``content``; never fails, and marks what cannot be read with U+FFFD.

    The declared ``label`` is believed unless the bytes contradict it. ``hint`` is a charset seen
    elsewhere in the same message, tried before guessing.
    """
    declared = codec_for(label) if label else None
    if content.isascii() and b"\x1b" not in content and not (declared or "").startswith(("utf-16", "utf-32", "hz")):
        return content.decode("ascii")
    for codec in _candidates(content, declared, codec_for(hint) if hint else None):
        try:
            return content.decode(codec)
        except ValueError:
            if codec == "utf-8" and (reading := _nearly_utf8(content)):
                return reading
    if declared and declared.startswith("iso2022_jp") and b"\x1b" in content:
        return _iso2022_jp(content)
    return _least_broken(content, declared, codec_for(hint) if hint else None)


def _nearly_utf8(content: bytes) -> str:
    """UTF-8 that was cut inside a character, or has a bad byte in twenty; otherwise nothing."""
    reading = content.decode("utf-8", "replace")
    lost = reading.count(LOST)
    wide = sum(mark > "\x7f" for mark in reading) - lost
    return reading if wide >= 3 and lost <= max(wide // 20, 1) else ""


def _least_broken(content: bytes, *codecs: str | None) -> str:
    """For text that is cut off inside a character or has a few bad bytes: the reading with fewest losses."""
    readings = [
        content.decode(codec, "replace") for codec in dict.fromkeys((*codecs, "utf-8", guess(content))) if codec
    ]
    best = min(readings, key=lambda reading: reading.count(LOST))
    is_readable = best.count(LOST) <= max(len(best) // 20, 1)
    return best if is_readable or not codecs[0] else readings[0]


def _iso2022_jp(content: bytes) -> str:
    """ISO-2022-JP with NEC's and IBM's extra rows, by way of Shift_JIS, whose codec has them."""
    out: list[str] = []
    is_wide = False
    for number, section in enumerate(re.split(rb"\x1b(\$[@B]|\([A-Z]|\$\([A-Z])", content)):
        if number % 2:
            is_wide = section in (b"$@", b"$B")
        elif is_wide:
            pairs = (section[i : i + 2] for i in range(0, len(section), 2))
            out.append(b"".join(map(_to_shift_jis, pairs)).decode("cp932", "replace"))
        else:
            out.append(section.decode("ascii", "replace"))
    return "".join(out)


def _to_shift_jis(pair: bytes) -> bytes:
    if len(pair) < 2 or not all(0x21 <= byte <= 0x7E for byte in pair):
        return pair
    row, cell = pair[0] - 0x21, pair[1] - 0x21
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= 63)
    return bytes([lead, trail])


def _candidates(content: bytes, declared: str | None, hint: str | None) -> list[str]:
    if declared is None or declared == "ascii":
        guessed = guess(content)
        known = [hint] if hint and hint != "ascii" else []
        # A single-byte hint would swallow anything, so plain evidence of another script goes first.
        first = [guessed] if guessed in _WIDE and not (hint and hint in _WIDE) else []
        return [
            *_byte_order(content),
            *(first if guessed == "iso2022_jp_ext" else []),
            "utf-8",
            *first,
            *known,
            guessed,
        ]
    if _SINGLE_BYTE.match(declared):
        # Every byte string "is" single-byte text, so its own word proves nothing. Valid UTF-8 with
        # high bytes is never an accident; long even runs of common Chinese characters hardly ever.
        return ["utf-8", *(["gb18030"] if _chinese_pairs(content) >= 8 else []), declared]
    if declared.startswith("iso2022_jp"):
        # Japanese programs say ISO-2022-JP and send Shift_JIS, or use vendor rows that the codec lacks.
        return [declared, *(["cp932", "euc_jp"] if b"\x1b" not in content else [])]
    return [*_byte_order(content), declared, "utf-8"]


def _byte_order(content: bytes) -> list[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    return []


def guess(content: bytes) -> str:
    """The likeliest codec of undeclared bytes that are not UTF-8. Looks at the first 64 KiB."""
    sample = content[:65536]
    if b"\x1b$" in sample or b"\x1b(" in sample:
        return "iso2022_jp_ext"
    if _chinese_pairs(sample) >= 1:
        return "gb18030"
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    if _is_dense(sample) and _share(sample, 0x82, 0x83) > 0.4 and _reads(sample, "cp932"):
        return "cp932"
    if _is_dense(sample) and _share(sample, 0xA4, 0xA5) > 0.3 and _reads(sample, "euc_jp"):
        return "euc_jp"
    if _is_dense(sample) and _share(sample, 0xA4, 0xC6) > 0.6 and _reads(sample, "big5hkscs"):
        return "big5hkscs"
    if sum(runs) >= 12 and sum(runs) / len(runs) >= 3:
        return _cyrillic(sample)
    return "cp1252"


def wide_guess(content: bytes) -> str:
    """The two-byte codec that undeclared bytes are most likely in; ``""`` for ASCII, UTF-8 and everything else."""
    if content.isascii() or _reads(content, "utf-8"):
        return ""
    found = guess(content)
    return found if found in _WIDE and found != "iso2022_jp_ext" else ""


def _chinese_pairs(content: bytes) -> int:
    """Number of GB2312 level-1 characters, or 0 when the bytes do not look like such text at all.

    The 3,755 common characters lie in rows 0xB0-0xD7; in Chinese text nearly every run of high
    bytes has an even length and most pairs are in those rows.
    """
    runs = re.findall(rb"[\x80-\xff]+", content[:65536])
    if not runs:
        return 0
    odd = sum(len(run) % 2 for run in runs)
    pairs = [run[i] for run in runs for i in range(0, len(run) - 1, 2)]
    common = sum(0xB0 <= lead <= 0xD7 for lead in pairs)
    if not pairs or odd > len(runs) * 0.1 or common < len(pairs) * 0.6 or not _reads(content[:65536], "gb18030"):
        return 0
    return common


def _reads(sample: bytes, codec: str) -> bool:
    """Whether ``sample``, which may be cut inside a character, decodes."""
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _is_dense(sample: bytes) -> bool:
    """Whether two-byte characters make up much of it, as in CJK text; accents in Latin text are rare."""
    pairs = len(re.findall(rb"[\x81-\xfe][\x40-\xfe]", sample))
    return pairs >= 3 and pairs * 2 > len(sample) * 0.25


def _share(sample: bytes, low: int, high: int) -> float:
    leads = re.findall(rb"[\x81-\xfe][\x40-\xfe]", sample)
    return sum(low <= pair[0] <= high for pair in leads) / len(leads) if leads else 0.0


def _cyrillic(sample: bytes) -> str:
    # Prose is mostly lower case: KOI8-R keeps it in 0xC0-0xDF, Windows-1251 in 0xE0-0xFF.
    low = sum(0xC0 <= byte <= 0xDF for byte in sample)
    high = sum(0xE0 <= byte <= 0xFF for byte in sample)
    return "koi8-r" if low > high else "cp1251"


def clean(text: str) -> str:
    """``text`` with line ends as LF and without controls, NUL and lone surrogates. Tabs stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_TEXT.sub("", text)


def clean_line(text: str) -> str:
    """One line of header text: composed (NFC), without controls and text-direction overrides."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _DECEPTIVE.sub("", text))
    return clean(text).replace("\n", " ").replace("\t", " ").strip()
