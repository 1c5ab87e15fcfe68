"""How many messages a second does ``tierline mail receive`` take from a folder, everything durable?

    python -m tests.bench.mail_receive [--messages 3000] [--runs 3]

A whole product runs: database with its disk's guarantees, web, and a worker that acknowledges meanwhile. One message
in five has a file, one in five answers another.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings.test")
os.environ.setdefault("TIERLINE_HOME", tempfile.mkdtemp(prefix="tierline-bench-"))

import django

django.setup()

from tests.support.running import Product, product  # noqa: E402 - Django first

BAR = 150.0
TO = "support@yunsuanpan.example"
SENDERS = 400


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--messages", type=int, default=3000)
    given.add_argument("--runs", type=int, default=3)
    told = given.parse_args()
    with product() as running, tempfile.TemporaryDirectory() as folder:
        figures = [_once(running, Path(folder) / str(n), told.messages, n) for n in range(told.runs)]
    best = sorted(figures)[len(figures) // 2]
    print(f"median of {told.runs}: {best:.0f} messages/s (bar {BAR:.0f})")  # noqa: T201
    return 0 if best >= BAR else 1


def _once(running: Product, folder: Path, count: int, run: int) -> float:
    folder.mkdir()
    for n in range(count):
        (folder / f"{n:06}.eml").write_bytes(_mail(run, n))
    # Another ten minutes: the senders' circuit breakers are not what is measured.
    running.clock.forward(minutes=30)
    began = time.monotonic()
    lines = running.run("mail", "receive", str(folder), "--json").splitlines()
    took = time.monotonic() - began
    became = Counter(json.loads(line)["outcome"] for line in lines)
    print(f"{count} messages in {took:.1f} s: {count / took:.0f}/s {dict(became)}", flush=True)  # noqa: T201
    assert sum(became.values()) == count
    assert became["ticket"] + became["reply"] >= count * 0.98, became
    return count / took


def _mail(run: int, n: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"客户 {n % SENDERS} <p{run}-{n % SENDERS}@kehu{n % SENDERS % 50}.example>"
    message["To"] = TO
    message["Subject"] = f"银企直连不通 第 {n} 次"
    message["Message-ID"] = f"<{run}-{n}@kehu.example>"
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0800"
    if n % 5 == 4 and n >= SENDERS:
        earlier = f"<{run}-{n - SENDERS}@kehu.example>"
        message["In-Reply-To"], message["References"] = earlier, earlier
    message.set_content(
        f"您好：\n\n第 {n} 次下载流水失败，报证书错误 0x{n:08x}。请尽快处理。\n\n-- \n张工\n13800138000\n" * 3
    )
    if n % 5 == 0:
        message.add_attachment(f"log {n}\n".encode() * 500, maintype="text", subtype="plain", filename=f"日志{n}.txt")
    return bytes(message)


if __name__ == "__main__":
    sys.exit(main())
