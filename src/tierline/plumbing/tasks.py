"""The one procrastinate task: it runs the named function."""

from __future__ import annotations

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tierline.plumbing import jobs


@app.task(name=jobs.TASK, queue=jobs.QUEUE, retry=RetryStrategy(max_attempts=12, exponential_wait=2))
def run(call: str, facts: dict[str, Any]) -> None:
    jobs.resolve(call)(**facts)
