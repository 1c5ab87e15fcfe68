"""Where the data that nobody here wrote lies, and what a test does when it is not there."""

import os
from pathlib import Path

import pytest

BESIDE_THE_REPOSITORY = Path(__file__).parents[3] / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """The path of ``parts`` in ``$TIERLINE_DATA``, or in ../shared/data beside the repository.

    A lone clone has no such folder: the test is skipped, visibly. Under ``CI=true`` its absence fails the test,
    so that a green run always means that the real input was read.
    """
    folder = Path(os.environ.get("TIERLINE_DATA") or BESIDE_THE_REPOSITORY)
    path = folder.joinpath(*parts)
    if path.exists():
        return path
    missing = f"{'/'.join(parts) or 'the folder'} is not in $TIERLINE_DATA or ../shared/data"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
