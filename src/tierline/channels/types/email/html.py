"""HTML bodies: made safe to show, and read as lines that know whether they are quoted."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

import nh3

from tierline.channels.types.email.lines import Line, Origin

# Beyond these the sanitiser's time or output grows with the square of the input (measured: 100,000
# nested <div> took 32 s; 27 KB of misnested <b> became 6 MB), so such a body is read as text only.
MAX_CHARACTERS = 1_500_000
MAX_TAGS = 60_000
MAX_NESTING = 1_500
MAX_REOPENED = 100_000

_CONTAINERS = frozenset(
    "address article blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " includetail li main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol pre table".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_TAGS = {
    *_CONTAINERS, "a", "abbr", "b", "bdo", "big", "br", "caption", "cite", "code", "col", "colgroup", "del", "em",
    "font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "td", "th", "tt", "u", "var",
} - {"form", "fieldset"}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "style", "title", "align", "valign"},
    "a": {"href", "name"},
    "blockquote": {"cite", "type"},
    "font": {"color", "face", "size"},
    "hr": {"color", "noshade", "size", "width"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "nowrap", "rowspan", "width"},
    "th": {"bgcolor", "colspan", "height", "nowrap", "rowspan", "width"},
    "tr": {"bgcolor", "height"},
}
# No property here takes an address, so nothing is fetched.
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-right",
    "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "font-family", "font-size",
    "font-style", "font-weight", "height", "line-height", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top",
    "text-align", "text-decoration", "text-indent", "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags={"script", "style", "title", "noframes", "iframe", "object", "textarea", "template"},
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLEAN_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=">]+="[^"]*")*)\s*>|([^<]+)|<')
_CLEAN_IMAGE = re.compile(r'(<img(?: [^\s=">]+="[^"]*")*? )src="(?!cid:)')
_ATTRIBUTE = re.compile(r' ([^\s=">]+)="([^"]*)"')


def sanitised(html: str) -> str:
    """``html`` without anything that runs, fetches or leaves the frame; ``""`` when it is a trap.

    Remote pictures keep their address as ``data-remote-src``; ``cid:`` pictures stay.
    """
    if not _is_bounded(html):
        return ""
    return _CLEAN_IMAGE.sub(r'\1data-remote-src="', _CLEANER.clean(html))


def _is_bounded(html: str) -> bool:
    tags = html.count("<")
    if len(html) > MAX_CHARACTERS or tags > MAX_TAGS:
        return False
    if tags <= MAX_NESTING // 4:
        return True
    depth = deepest = blocks = open_formatting = most_open = 0
    for closing, name in _ANY_TAG.findall(html):
        tag = name.lower()
        if tag in _VOID:
            continue
        step = -1 if closing else 1
        if tag in _FORMATTING:
            open_formatting = max(open_formatting + step, 0)
            most_open = max(most_open, open_formatting)
        else:
            blocks += not closing
        depth = max(depth + step, 0)
        deepest = max(deepest, depth)
    return deepest <= MAX_NESTING and most_open * blocks <= MAX_REOPENED


@dataclass(slots=True)
class _Frame:
    tag: str
    origin: Origin


class _Reader:
    """Turns clean markup into lines, one token at a time."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._frames: list[_Frame] = []
        self._quotes = 0
        self._in_pre = 0
        self._quoted_from_here = False

    def read(self, tokens: Iterator[re.Match[str]]) -> list[Line]:
        for token in tokens:
            tag = token[2]
            if tag is None:
                self._add_text(_unescaped(token[4] or "<"))
            elif token[1]:
                self._close(tag)
            else:
                self._open(tag, dict(_ATTRIBUTE.findall(token[3])))
        self._end_line()
        return self.lines

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._end_line(is_forced=True)
            return
        if tag in _VOID and tag != "hr":
            return
        if tag in _CONTAINERS:
            self._end_line()
        if tag in _SPACED:
            self._blank()
        if tag in ("td", "th") and self._text:
            self._text.append("\t")
        if tag == "hr":
            self.lines.append(self._line("_" * 20, is_rule=True))
            return
        if tag == "li":
            self._text.append("- ")
        origin = _origin_of(tag, attributes)
        if origin is Origin.QUOTED_AFTER:
            self._quoted_from_here = True
        if origin is Origin.BODY and self._frames:
            origin = self._frames[-1].origin
        self._frames.append(_Frame(tag, origin))
        self._quotes += tag == "blockquote"
        self._in_pre += tag == "pre"

    def _close(self, tag: str) -> None:
        # Clean markup is well formed, so this is the innermost open element.
        if not self._frames or self._frames[-1].tag != tag:
            return
        if tag in _CONTAINERS:
            self._end_line()
        self._frames.pop()
        self._quotes -= tag == "blockquote"
        self._in_pre -= tag == "pre"
        if tag in _SPACED:
            self._blank()

    def _add_text(self, text: str) -> None:
        if self._in_pre:
            first, *others = text.split("\n")
            self._text.append(first)
            for other in others:
                self._end_line(is_forced=True)
                self._text.append(other)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", text)
        if text != " " or (self._text and not self._text[-1].endswith((" ", "\t"))):
            self._text.append(text)

    def _origin(self) -> Origin:
        if self._quoted_from_here:
            return Origin.QUOTED
        return self._frames[-1].origin if self._frames else Origin.BODY

    def _line(self, text: str, *, is_rule: bool = False) -> Line:
        return Line(text, depth=self._quotes, origin=self._origin(), is_rule=is_rule)

    def _end_line(self, *, is_forced: bool = False) -> None:
        joined = "".join(self._text)
        text = joined.rstrip() if self._in_pre else re.sub(r" {2,}", " ", joined.replace("\xa0", " ")).strip()
        self._text = []
        if text or is_forced:
            self.lines.append(self._line(text))

    def _blank(self) -> None:
        if self.lines and self.lines[-1].text:
            self.lines.append(self._line(""))


# Elements in which known mail programs put what is being answered, or their signature. OWA prefixes
# the ids of the message it quotes with "x_".
_QUOTE_IDS = frozenset(
    "divrplyfwdmsg isreplycontent isforwardcontent olk_src_body_section mail-editor-reference-message-container"
    " reply139content qmquote ntes-mailmaster-quote origbody spnetreplymsg".split()
)
_QUOTE_CLASSES = frozenset(
    "gmail_quote gmail_quote_container yahoo_quoted protonmail_quote tutanota_quote outlookmessageheader"
    " ntes-mailmaster-quote __aliyun_previous_history_wrap moz-forward-container zmail_extra_hr".split()
)
_SIGNATURE_IDS = frozenset(
    "signature applemailsignature ms-outlook-mobile-signature ymail_android_signature mobilesignature"
    " ntes-pcmail-signature ntes-pcmac-signature".split()
)
_SIGNATURE_CLASSES = frozenset("gmail_signature moz-signature ntes-mailmaster-signature foxmail_sign".split())


def _origin_of(tag: str, attributes: dict[str, str]) -> Origin:
    if tag == "includetail":
        return Origin.QUOTED
    identity = attributes.get("id", "").lower().removeprefix("x_")
    classes = {name.removeprefix("x_") for name in attributes.get("class", "").lower().split()}
    if identity == "appendonsend":
        return Origin.QUOTED_AFTER
    if tag != "blockquote" and (identity in _QUOTE_IDS or classes & _QUOTE_CLASSES):
        return Origin.QUOTED_AFTER if identity == "divrplyfwdmsg" else Origin.QUOTED
    if identity in _SIGNATURE_IDS or classes & _SIGNATURE_CLASSES:
        return Origin.SIGNATURE
    return Origin.BODY


def _unescaped(clean: str) -> str:
    """The five entities that the sanitiser writes; thirty times faster than knowing all of them."""
    if "&" not in clean:
        return clean
    clean = clean.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&nbsp;", "\xa0")
    return clean.replace("&amp;", "&")


def lines_of_clean(clean: str) -> list[Line]:
    """The lines of markup that ``sanitised`` returned."""
    return _Reader().read(_CLEAN_TOKEN.finditer(clean))


_CRUDE = re.compile(r"<[^<>]{0,2000}>")
_CRUDE_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,500}>", re.IGNORECASE)


def lines_of_trap(html: str) -> list[Line]:
    """The words of markup too large or too twisted for ``sanitised``, read without its structure."""
    text = _CRUDE.sub("", _CRUDE_BREAK.sub("\n", _without_code(html[:MAX_CHARACTERS])))
    return [Line(line.strip()) for line in entities.unescape(text).split("\n")]


def _without_code(html: str) -> str:
    folded = html.lower()
    if len(folded) != len(html):
        return html
    for tag in ("script", "style", "title"):
        kept, position = [], 0
        while (start := folded.find(f"<{tag}", position)) >= 0:
            kept.append(html[position:start])
            end = folded.find(f"</{tag}", start)
            position = len(html) if end < 0 else end
        html = "".join([*kept, html[position:]])
        folded = html.lower()
    return html
