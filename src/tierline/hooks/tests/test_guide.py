"""What the guide tells receivers to do accepts our calls and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tierline.plumbing import clock, signing

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "api.md"


@pytest.fixture(scope="module")
def is_ours() -> Any:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(example, found)
    return found["is_ours"]


def test_the_guides_example_knows_our_calls(is_ours: Any) -> None:
    body, key = '{"a": "甲"}'.encode(), "whsec_x"
    headers = signing.headers("d", key, body)
    assert is_ours(key, headers, body)
    assert not is_ours("whsec_y", headers, body)
    assert not is_ours(key, headers, body + b" ")
    both = {**headers, "Tierline-Signature": f"v1=00,{headers['Tierline-Signature']}"}
    assert is_ours(key, both, body)


def test_the_guides_example_refuses_what_is_played_again(is_ours: Any) -> None:
    old = str(int(clock.now().timestamp()) - 3600)
    headers = {"Tierline-Timestamp": old, "Tierline-Signature": f"v1={signing.signature('k', old, b'x')}"}
    assert not is_ours("k", headers, b"x")
