"""``tierline mail show`` and ``separate``: the shape that other programs rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tierline.channels.types import email
from tierline.cli.mail import command

FIXTURES = Path(email.__file__).parent / "fixtures"


def run(*args: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args], input=stdin)


def values(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_show_prints_one_object_a_line_in_the_agreed_shape() -> None:
    result = run("show", FIXTURES / "foxmail_new.eml", FIXTURES / "qq_bounce.eml", "--json")
    new, bounce = values(result)
    assert list(new) == [
        "file", "subject", "from", "to", "cc", "date", "message_id", "references", "text", "quoted", "signature",
        "attachments", "automated", "bounce",
    ]  # fmt: skip
    assert new["from"] == '"zhaomin@corp.example" <zhaomin@corp.example>'
    assert (new["to"], new["cc"]) == (["support <support@desk.example>"], ["周杰 <zhoujie@corp.example>"])
    assert new["date"] == "2024-03-05T01:05:00Z"
    assert [(file["name"], file["type"], file["size"]) for file in new["attachments"]] == [
        ("截图.png", "image/png", 70),
        ("日志.txt", "application/octet-stream", 30),
    ]
    assert (new["automated"], new["bounce"]) == (None, False)
    assert (bounce["automated"], bounce["bounce"]) == ("bounce", True)
    assert result.exit_code == 0


def test_show_names_the_thread() -> None:
    (reply,) = values(run("show", "-", "--json", stdin=(FIXTURES / "qq_reply.eml").read_bytes()))
    assert reply["file"] == "-"
    assert reply["message_id"] == "tencent_0A1B2C3D4E5F@qq.example"
    assert reply["references"] == ["first@corp.example", "t16-abcdefghijklmnop.0123@desk.example"]


def test_what_cannot_be_read_is_said_and_the_rest_is_shown(tmp_path: Path) -> None:
    empty = tmp_path / "empty.eml"
    empty.touch()
    result = run("show", empty, tmp_path / "absent.eml", FIXTURES / "qq_bounce.eml", "--json")
    assert len(values(result)) == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [str(empty), str(tmp_path / "absent.eml")]
    assert result.exit_code == 1


def test_show_in_words() -> None:
    said = run("show", FIXTURES / "qq_reply.eml").stdout
    assert "from: 王芳 <wangfang@qq.example>\n" in said
    assert "text: 您好，重启后已经恢复，谢谢！\n" in said
    assert "bounce: no\n" in said


def test_separate_takes_bare_bodies() -> None:
    body = "好的。\n\n发自我的iPhone\n\n------------------ 原始邮件 ------------------\n请重启。"
    (said,) = values(run("separate", "-", "--json", stdin=body.encode("gb18030")))
    assert said == {
        "file": "-",
        "text": "好的。",
        "quoted": "------------------ 原始邮件 ------------------\n请重启。",
        "signature": "发自我的iPhone",
    }


def test_separate_takes_markup(tmp_path: Path) -> None:
    file = tmp_path / "body.html"
    file.write_text("<p>好的</p><blockquote>请重启</blockquote>")
    (said,) = values(run("separate", file, "--html", "--json"))
    assert (said["text"], said["quoted"].strip()) == ("好的", "> 请重启")


def test_separate_says_what_is_missing(tmp_path: Path) -> None:
    result = run("separate", tmp_path / "absent", "--json")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert "absent" in result.stderr
