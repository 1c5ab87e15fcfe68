"""The demo's tickets: what people wrote, and how far each story has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """``minutes_ago``: when the requester wrote. ``stage``: new, answered, waiting, with_l2 or archived."""

    minutes_ago: int
    subject: str
    text: str
    impact: str
    urgency: str
    stage: str
    reply: str = ""


STORIES = (
    Story(
        4320,
        "凭证打印预览空白",
        "打印凭证时预览是空白的，换了浏览器也一样。麻烦看看怎么设置。",
        "minor",
        "medium",
        "archived",
        "您好，请在「设置-打印模板」里把模板切换为「A5 凭证」，再点一次预览，就能看到内容了。",
    ),
    Story(
        190,
        "银企直连今天下载不到流水",
        "从今天上午开始，工商银行的流水一条都下载不到，提示「证书校验失败」。下午要付款，请尽快处理。",
        "significant",
        "high",
        "with_l2",
        "您好，已收到。我们正在核对银行证书的状态，请先不要反复点击下载，避免被银行限流。",
    ),
    Story(
        95,
        "How do I add a second approver?",
        "We would like two people to approve every payment above 50,000. Where is that setting?",
        "moderate",
        "low",
        "waiting",
        "You will find it under Settings, Approval flow. Which of your roles should be the second approver?",
    ),
    Story(
        40,
        "期末结转提示科目余额不平",
        "做 10 月结转时提示「科目余额不平，差额 0.01」，请问怎么找到是哪一笔？",
        "moderate",
        "medium",
        "answered",
        "您好，请打开「账簿-余额核对」，按差额 0.01 筛选，列表第一行就是不平的凭证。",
    ),
    Story(6, "发票勾选页面打不开", "点「进项勾选」一直转圈，等了五分钟也没有出来。", "moderate", "high", "new"),
)

ARTICLES = (
    (
        "银企直连提示「证书校验失败」怎么办",
        "# 现象\n下载流水时提示「证书校验失败」。\n\n# 处理\n1. 确认银行是否已轮换证书。\n"
        "2. 在「银企直连-证书」里点「更新证书」。\n3. 重新下载一天的流水验证。",
        "zh-hans",
    ),
    (
        "凭证打印预览空白",
        "# 处理\n1. 打开「设置-打印模板」。\n2. 选择「A5 凭证」。\n3. 重新预览。",
        "zh-hans",
    ),
    (
        "Adding a second approver to payments",
        "# Steps\n1. Open Settings, Approval flow.\n2. Choose the amount from which a second approval is needed.\n"
        "3. Choose the role and save.",
        "en",
    ),
)
