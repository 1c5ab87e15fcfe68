"""What of the demo's present the table's paths name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.running import Product


def slots(running: Product) -> Mapping[str, str]:
    l1 = running.person("l1")
    tickets = {t["subject"]: t["number"] for t in l1.get("/tickets", limit=100)["tickets"]}
    articles = l1.get("/articles", q="打印")["articles"]
    return {
        "ticket": tickets["招商银行流水全部下载失败"],
        "fresh": tickets["建设银行流水少了三笔"],
        "own": tickets["凭证打印预览空白"],
        "article": articles[0]["number"],
        "agreement": "1",
    }
