"""Bringing over a big table: cases a second and memory for each block, to see whether either grows.

Run: ``python -m tests.bench.imports [ROWS] [BLOCK]``. Rows of a plain table: a ticket each with its answer, resolution
and close, so five or six events; one requester in fifty is new. Everything is durable as it is in the product.
"""

from __future__ import annotations

import os
import sys
from subprocess import run

from tests.bench.fleet import product_database


def main() -> None:
    """The bench itself runs in a process that has had the database's address from its beginning."""
    with product_database():
        done = run([sys.executable, "-m", "tests.bench.imports_live", *sys.argv[1:]], env=os.environ, check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
