"""``python -m tierline.web.vendor``: put the allow-listed front-end files into the package (after ``npm ci``)."""

from __future__ import annotations

import sys

from tierline.web import assets


def main() -> None:
    for path in assets.collect():
        sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
