"""The measured part of ``tests.bench.imports``: a file, a world, one run."""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from tests.support.world import make_place, make_provider  # noqa: E402 - Django first
from tierline.imports import services  # noqa: E402
from tierline.imports.queries import Export  # noqa: E402
from tierline.plumbing import clock  # noqa: E402

MAPPING = {
    "key": "number",
    "subject": "title",
    "text": "body",
    "requester": "from",
    "opened_at": "opened",
    "answered_at": "answered",
    "resolved_at": "resolved",
    "closed_at": "closed",
    "resolution": "fix",
    "priority": "priority",
    "priorities": {"high": ["significant", "high"], "low": ["minor", "low"]},
}
BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
# The last block may run at this part of the first one's rate.
FLAT = 0.7


def written(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow([str(MAPPING[name]) for name in MAPPING if name != "priorities"])
        for n in range(rows):
            at = BEGIN + timedelta(minutes=5 * n)
            times = [(at + timedelta(minutes=m)).isoformat() for m in (0, 12, 95, 1500)]
            person = f"person{n // 50}@customer.example"
            words = (
                f"打印机第 {n} 次错位，纸张偏左",
                f"今天上午开始，第 {n % 977} 号打印机输出错位，重启后仍然如此。" * 3,
            )
            table.writerow([f"INC{n:08}", *words, person, *times, "更换搓纸轮", "high" if n % 9 == 0 else "low"])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def memory() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    block = int(sys.argv[2]) if len(sys.argv) > 2 else max(1, rows // 10)
    place = make_place(make_provider("bench"), "bench")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        written(path, rows)
        say(f"{rows} rows, {path.stat().st_size / 2**20:.0f} MB")
        at = clock.now()
        scope = {"actor": place.system, "enterprise_id": place.enterprise_id, "at": at}
        export = Export(path, at=at, mapping=MAPPING)
        run = services.start_run(**scope, file=path.name, sha256="0" * 64, shape="table")
        rates, done, mark, began = [], 0, 0, time.perf_counter()
        start = began
        for told in services.import_cases(**scope, run=run, cases=export):
            done += told.opened
            assert not told.refused, told.refused[0].error
            if done - mark >= block:
                now = time.perf_counter()
                rates.append((done - mark) / (now - began))
                say(f"{done:>9} cases  {rates[-1]:>7.0f} cases/s  {memory():>6.0f} MB")
                mark, began = done, now
    total = time.perf_counter() - start
    say(f"{done} cases in {total:.0f} s, {done / total:.0f} cases/s; last block / first {rates[-1] / rates[0]:.2f}")
    if rates[-1] < FLAT * rates[0]:
        raise SystemExit(f"not flat: the last block runs at less than {FLAT} of the first one's rate")


if __name__ == "__main__":
    main()
