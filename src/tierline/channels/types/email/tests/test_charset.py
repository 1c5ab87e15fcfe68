"""Bytes to characters: declared, wrongly declared and undeclared."""

import pytest

from tierline.channels.types.email.charset import clean, clean_line, codec_for, decode

CHINESE = "您好，邮箱登录失败，请帮忙处理一下，谢谢"
JAPANESE = "すみません、ツールが動きません"
RUSSIAN = "Привет, не работает почта"
ROWS = [
    ("UTF-8 without a word", CHINESE.encode(), "", "", CHINESE),
    ("GB18030 declared as GB2312", "镕堃𠮷".encode("gb18030"), "gb2312", "", "镕堃𠮷"),
    ("GBK without a word", CHINESE.encode("gbk"), "", "", CHINESE),
    ("GBK declared as Latin-1", CHINESE.encode("gbk"), "iso-8859-1", "", CHINESE),
    ("GBK bytes that are also UTF-8 are what they declare", "联通".encode("gbk"), "gbk", "", "联通"),
    ("UTF-8 declared as Latin-1", "Größe".encode(), "iso-8859-1", "", "Größe"),
    ("Big5 declared", "無法列印".encode("big5"), "big5", "", "無法列印"),
    ("Big5 without a word", "大補帖專賣無法列印".encode("big5"), "", "", "大補帖專賣無法列印"),
    ("ISO-2022-JP declared", JAPANESE.encode("iso2022_jp"), "iso-2022-jp", "", JAPANESE),
    ("ISO-2022-JP without a word", JAPANESE.encode("iso2022_jp"), "", "", JAPANESE),
    ("Shift_JIS declared as ISO-2022-JP", JAPANESE.encode("cp932"), "iso-2022-jp", "", JAPANESE),
    ("NEC's circled digits in ISO-2022-JP", b'\x1b$B-!-"\x1b(B', "iso-2022-jp", "", "①②"),
    ("Korean", "한글 메일".encode("cp949"), "ks_c_5601-1987", "", "한글 메일"),
    ("Windows characters declared as Latin-1", "“€”".encode("cp1252"), "iso-8859-1", "", "“€”"),
    ("Latin-1 without a word", "Frösche".encode("latin-1"), "", "", "Frösche"),
    ("Latin-1 declared as UTF-8", "Olá José".encode("latin-1"), "utf-8", "", "Olá José"),
    ("Cyrillic without a word", RUSSIAN.encode("cp1251"), "", "", RUSSIAN),
    ("KOI8-R without a word", RUSSIAN.encode("koi8-r"), "", "", RUSSIAN),
    ("a hint decides", "äöüß".encode("latin-1"), "", "iso-8859-1", "äöüß"),
    ("a byte order mark", b"\xff\xfe" + "你好".encode("utf-16-le"), "", "", "你好"),
    ("UTF-16 declared", "Test".encode("utf-16-be"), "utf-16be", "", "Test"),
    ("UTF-8 cut inside a character", CHINESE.encode()[:-1], "", "", CHINESE[:-1] + "\ufffd"),
    ("UTF-7 is refused", b"+ADw-script+AD4-", "utf-7", "", "+ADw-script+AD4-"),
    ("an unknown charset is guessed", CHINESE.encode(), "x-user-defined", "", CHINESE),
    ("nothing", b"", "utf-8", "", ""),
]


@pytest.mark.parametrize(("content", "label", "hint", "text"), [r[1:] for r in ROWS], ids=[row[0] for row in ROWS])
def test_decode(content: bytes, label: str, hint: str, text: str) -> None:
    assert decode(content, label, hint=hint) == text


@pytest.mark.parametrize(
    "label", ["utf-7", "zlib", "hex", "rot13", "idna", "punycode", "unicode_escape", "undefined", ""]
)
def test_codecs_that_are_no_charset_are_refused(label: str) -> None:
    assert codec_for(label) is None


def test_controls_and_lone_surrogates_go_and_tabs_stay() -> None:
    assert clean("a\0b\x1bc\td\r\ne\rf\ud800") == "abc\td\ne\nf"


def test_a_line_is_composed_and_cannot_change_direction() -> None:
    assert clean_line("e\u0301 \u202egpj.exe\n x ") == "é gpj.exe  x"
