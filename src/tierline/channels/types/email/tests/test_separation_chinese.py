"""Replies in the styles of the mail programs that China uses; each body is our own writing."""

import pytest

from tierline.channels.types.email.separation import Separated, separate, separate_html
from tierline.channels.types.email.tests.replies import Reply, replies

REPLIES = list(replies("replies_zh.txt"))


def test_there_are_at_least_forty_cases() -> None:
    assert len(REPLIES) >= 40


@pytest.mark.parametrize("reply", REPLIES, ids=[reply.name for reply in REPLIES])
def test_chinese_reply(reply: Reply) -> None:
    said = separate_html(reply.body) if reply.is_html else separate(reply.body)
    assert said.text == reply.text
    if reply.signature is not None:
        assert said.signature == reply.signature


ANNOUNCEMENTS = """
----------原始邮件----------|发件人：张三
-------- 转发邮件信息 --------|发件人："张三" <zs@x.example>|发送日期：2024-03-05 14:20:33|收件人：李四|主题：x
----- 原始邮件 -----|发件人：张三 <zs@x.example>|收件人：李四|主题：x|日期：2024年03月05日 14点20分
-----原始邮件-----|发件人:张三 <zs@x.example>|发送时间:2024-03-05 14:20:33 (星期二)|收件人:李四|抄送:|主题: Re: x
"张三" <zs@x.example>在 2024-03-05 14:20:33 写道：|> x
张三<zs@x.example>于2024年3月5日 周二14:20写道：||x
在 2024-03-05 14:20:33，zhangsan@x.example 写道：||x
在 2024年3月5日星期二，张三 <zs@x.example> 写道：||> x
2024年3月5日 14:20，张三 <zs@x.example> 写道：||> x
于2024年3月5日周二 14:20 张三 <zs@x.example>写道：||x
张三 于 2024-03-05 14:20 写道：|> x
張三 <zs@x.example> 於 2024/3/5 下午 2:20 寫道:|> x
======= 2024-03-05 14:20:33 您在来信中写道：=======||>x
-------------------- 回复邮件 --------------------|张三 2024-03-05 14:20
发件人："张三"<zs@x.example>|日期：2024年3月5日 (周二) 14:20|主题：回复：x|收件人："李四"<ls@x.example>
发件人: 张三 [mailto:zs@x.example]|发送时间: 2024年3月5日 14:20|收件人: 李四
发送时间：2024-03-05 14:20|发件人：张三|收件人：李四|主题：x
寄件人: 張三|日期: 2024年3月5日|收件人: 李四|主題: x
自: 张三 <zs@x.example>|日期: 2024年3月5日 星期二 14:20|至: 李四 <ls@x.example>|主题: 答复: x
从: 张三|发送: 2024年3月5日 14:20|到: 李四|主题: x
---------------------------|发件人: 张三|主题: x|日期: 2024年3月5日|收件人: 李四
原始邮件|发件人：张三 <zs@x.example>|发件时间：2024年3月5日 14:20|收件人：李四|主题：x
回复 张三 的邮件：|发件人：张三|日期：2024-03-05|主题：x
________________________________|From: 张三 <zs@x.example>|Sent: Tuesday, March 5, 2024|To: 李四|Subject: 答复: x
""".strip().split("\n")
DEVICES = ["", "发自我的iPhone", "发自我的企业微信", "来自我的华为手机", "发自 Outlook for Android", "发送自 Windows 版邮件",
           "从 Windows 版 Outlook 发送", "--\n张三\n某某公司"]  # fmt: skip


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS)
@pytest.mark.parametrize("device", DEVICES)
def test_announcement(announcement: str, device: str) -> None:
    reply, quoted = "已经处理好了，谢谢。", announcement.replace("|", "\n")
    for gap in ("\n", "\n\n", "\n\n\n\n"):
        signed = f"{reply}\n\n{device}" if device else reply
        assert separate(f"{signed}{gap}{quoted}") == Separated(reply, quoted, device)
