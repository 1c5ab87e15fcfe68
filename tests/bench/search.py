"""How fast is a question answered over very many documents? ``python -m tests.bench.search [DOCUMENTS]`` (1,000,000).

The bench itself runs in a process that has had the database's address from its beginning: ``search_live``.
"""

from __future__ import annotations

import os
import sys
from subprocess import run

from tests.bench.fleet import product_database


def main() -> None:
    with product_database():
        done = run([sys.executable, "-m", "tests.bench.search_live", *sys.argv[1:]], env=dict(os.environ), check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
