"""Mails as they really come: what breaks parsers, and what we read in them."""

from __future__ import annotations

import base64

import pytest

from tierline.channels.base import Inbound, Raw
from tierline.channels.types.email import adapter

HEAD = b"From: a@x.example\r\nTo: s@y.example\r\nSubject: t\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
TEXT = b"--B\r\nContent-Type: text/plain\r\n\r\nabc\r\n"
B64 = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def b64(text: str, codec: str = "utf-8") -> bytes:
    return base64.b64encode(text.encode(codec))


def read(message: bytes) -> Inbound:
    (found,) = adapter.parse(Raw(message))
    return found


# what it is, the message, its text, its files
BODIES: list[tuple[str, bytes, str, list[str]]] = [
    ("a list's foot below base64", B64 + b64("你好。") + b"\r\n\r\n_____\r\nlist foot\r\n", "你好。", []),
    ("base64 in two pieces", B64 + b64("你好") + b"\r\n" + b64("世界") + b"\r\n", "你好世界", []),
    ("no boundary is named", HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + TEXT + b"--B--\r\n", "abc", []),
    ("another boundary is named", MIXED.replace(b"=B", b"=Z") + TEXT + b"--B--\r\n", "abc", []),
    ("the last boundary is missing", MIXED + TEXT, "abc", []),
    ("bare CR", (HEAD + b"\r\none\r\ntwo\r\n").replace(b"\r\n", b"\r"), "one\ntwo", []),
    ("GB18030 that says UTF-8", HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "客户端用的是国标编码".encode("gb18030"), "客户端用的是国标编码", []),
    ("flowed Chinese with DelSp", HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n" + "很长的 \r\n句子。\r\n".encode(), "很长的句子。", []),
    ("signed", HEAD + b"Content-Type: multipart/signed; boundary=B\r\n\r\n" + TEXT + b"--B\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx\r\n--B--\r\n", "abc", ["smime.p7s"]),
    ("encrypted", HEAD + b"Content-Type: multipart/encrypted; boundary=B\r\n\r\n--B\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--B\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN\r\n--B--\r\n", "", ["file.pgp", "encrypted.asc"]),
    ("an invitation", HEAD + b"Content-Type: multipart/alternative; boundary=B\r\n\r\n" + TEXT + b"--B\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n--B--\r\n", "abc", ["document.ics"]),
    ("a mail as a file", MIXED + TEXT + b"--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n--B--\r\n", "abc", ["inner.eml"]),
    ("Outlook's conditional comments", HEAD + b"Content-Type: text/html; charset=gb2312\r\n\r\n<!--[if mso]><xml>x</xml><![endif]--><p>" + "打印机坏了".encode("gb2312") + b"</p><o:p></o:p>", "打印机坏了", []),
    ("a name in pieces", MIXED + TEXT + b"--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%E6%8A%A5;\r\n filename*1*=%E8%A1%A8;\r\n filename*2=.pdf\r\n\r\n%PDF-1.4\r\n--B--\r\n", "abc", ["报表.pdf"]),
    ("a huge header", HEAD + b"X-Junk: " + b"a" * 900_000 + b"\r\n\r\nabc\r\n", "abc", []),
]  # fmt: skip


@pytest.mark.parametrize(("message", "text", "files"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_body(message: bytes, text: str, files: list[str]) -> None:
    found = read(message)
    assert (found.text, [file.name for file in found.attachments]) == (text, files)


# what it is, From, Subject, the body, the name, the subject read
HEADERS: list[tuple[str, bytes, bytes, str, str]] = [
    ("a character cut between two words", b"=?utf-8?B?" + base64.b64encode("张".encode()[:2]) + b"?= =?utf-8?B?" + base64.b64encode("张".encode()[2:]) + b"?= <a@x.example>", b"=?utf-8?Q?=E9=93=B6?=\r\n =?utf-8?Q?=E4=BC=81?=", "张", "银企"),
    ("two charsets side by side", b"a@x.example", b"=?gb2312?B?" + b64("你好", "gb2312") + b"?= =?utf-8?B?" + b64("世界") + b"?= x", "", "你好世界 x"),
    ("raw GB18030", "张三 <a@x.example>".encode("gb18030"), "打印机坏了".encode("gb18030"), "张三", "打印机坏了"),
    ("raw Big5", "張三 <a@x.example>".encode("big5"), "印表機壞了，無法列印文件".encode("big5"), "張三", "印表機壞了，無法列印文件"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "subject", "name", "shown"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS]
)
def test_header(sender: bytes, subject: bytes, name: str, shown: str) -> None:
    found = read(b"From: " + sender + b"\r\nSubject: " + subject + b"\r\n\r\nabc\r\n")
    assert (found.sender.name, found.subject) == (name, shown)
