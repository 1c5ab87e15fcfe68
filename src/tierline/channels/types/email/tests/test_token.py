"""The signed reply token: only what we signed for this enterprise names a ticket."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.channels.types.email.token import signed, ticket_of, tokens_in, with_token

KEY = b"0123456789abcdef"
TOKEN = signed(42, provider="1", enterprise="7", key=KEY)


def read(token: str, *, provider: str = "1", enterprise: str = "7", keys: tuple[bytes, ...] = (KEY,)) -> int | None:
    return ticket_of(token, provider=provider, enterprise=enterprise, keys=keys)


@given(st.integers(1, 2**63 - 1), st.text(max_size=20), st.text(max_size=20))
def test_what_is_signed_is_read_back(ticket: int, provider: str, enterprise: str) -> None:
    token = signed(ticket, provider=provider, enterprise=enterprise, key=KEY)
    assert ticket_of(token, provider=provider, enterprise=enterprise, keys=(KEY,)) == ticket
    assert re.fullmatch(r"[a-z0-9-]{19,32}", token)


def test_a_relay_may_fold_the_case() -> None:
    assert read(TOKEN.upper()) == 42


REFUSED = [
    ("another enterprise's", {"enterprise": "8"}),
    ("another provider's", {"provider": "2"}),
    ("names that only look alike joined", {"provider": "17", "enterprise": ""}),
    ("another key's", {"keys": (b"another key here",)}),
    ("nobody's", {"keys": ()}),
]


@pytest.mark.parametrize("change", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_token_is_refused(change: dict[str, object]) -> None:
    assert read(TOKEN, **change) is None  # type: ignore[arg-type]


def test_every_changed_character_is_noticed() -> None:
    for at, mark in enumerate(TOKEN):
        other = "a" if mark != "a" else "b"
        assert read(TOKEN[:at] + other + TOKEN[at + 1 :]) is None


def test_the_replaced_key_still_reads() -> None:
    assert read(TOKEN, keys=(b"the new key here", KEY)) == 42


def test_tokens_are_found_in_addresses_and_ids_once_each() -> None:
    other = signed(43, provider="1", enterprise="7", key=KEY)
    found = tokens_in(
        f"support+{TOKEN}@desk.example", f"{other}.abc@desk.example", f"Support+{TOKEN.upper()}@x.example"
    )
    assert found == (TOKEN, other)


def test_an_address_keeps_one_detail() -> None:
    assert with_token("support+old@desk.example", TOKEN) == f"support+{TOKEN}@desk.example"


@pytest.mark.parametrize("ticket", [0, -1, 2**63])
def test_a_number_that_is_no_ticket_is_an_error(ticket: int) -> None:
    with pytest.raises(ValueError, match=str(ticket)):
        signed(ticket, provider="1", enterprise="7", key=KEY)
