"""What is masked in derived text, what is left alone, and that masking never eats anything else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.redaction import findings, is_bank_card, is_id_card, redacted

# Numbers made for these rows: right check digits, nobody's.
MASKED = [
    ("an identity card", "身份证 11010519491231002X，请核对", "身份证 110***********002X，请核对"),
    ("an identity card with a small x", "11010519491231002x", "110***********002x"),
    ("a bank card in groups of four", "卡号 4111 1111 1111 1111 收款失败", "卡号 **** 1111 收款失败"),
    ("a UnionPay card", "6222020200112230004", "**** 0004"),
    ("a mobile", "请打 13800138000", "请打 138****8000"),
    ("a mobile with the country", "+86 138-0013-8000", "+86 138****8000"),
    ("a mobile in full-width digits", "电话１３８００１３８０００。", "电话１３８****８０００。"),
    ("an address", "mail lin.xiao+erp@example.com please", "mail l***@example.com please"),
    ("a password after its name", "密码：Tl#2026x，登不上", "密码：••••••，登不上"),
    ("a password in a URL's query", "password=hunter22 was refused", "password=•••••• was refused"),
    ("a bearer token", "Authorization: Bearer abc.def-ghi_jkl", "Authorization: Bearer ••••••"),
    ("a cloud key", "key AKIAABCDEFGHIJKLMNOP here", "key •••••• here"),
    ("a JSON value", '{"api_key": "s3cr3t-value"}', '{"api_key": "••••••"}'),
    ("a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "••••••"),
    ("two of them", "13800138000 / 13900139000", "138****8000 / 139****9000"),
]

LEFT_ALONE = [
    ("an identity card whose check character is wrong", "110105194912310021"),
    ("an identity card born on 30 February", "110105199002300021"),
    ("a card number that Luhn refuses", "4111 1111 1111 1112"),
    ("an order number of eleven digits", "订单 20261122001"),
    ("a mobile inside a longer number", "X138001380001"),
    ("an instant in digits", "20261122173055"),
    ("a version and an address", "v2.1.13 at 10.20.30.40"),
    ("zeros", "0000000000000000"),
    ("the word password without a value", "忘记密码怎么办"),
    ("a ticket number", "TK-24744 / KB-117"),
]


@pytest.mark.parametrize(("text", "shown"), [row[1:] for row in MASKED], ids=[row[0] for row in MASKED])
def test_what_is_sensitive_is_masked(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize("text", [row[1] for row in LEFT_ALONE], ids=[row[0] for row in LEFT_ALONE])
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert redacted(text) == text


@given(st.text(max_size=200))
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = findings(text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(before=st.text("这里打印机abc ，", max_size=20), after=st.text("。请 xyz，", max_size=20))
def test_the_words_around_a_number_stay(before: str, after: str) -> None:
    assert redacted(f"{before} 13800138000 {after}") == f"{before} 138****8000 {after}"


@given(st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True))
def test_exactly_one_check_character_makes_an_identity_number(first17: str) -> None:
    assert sum(is_id_card(first17 + check) for check in "0123456789X") == 1


@given(st.from_regex(r"[1-9][0-9]{14}", fullmatch=True))
def test_exactly_one_last_digit_makes_a_card(first15: str) -> None:
    assert sum(is_bank_card(first15 + str(digit)) for digit in range(10)) == 1
