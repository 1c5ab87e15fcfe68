import pytest

from tierline.domain.codes import code
from tierline.domain.errors import Invalid, Missing
from tierline.domain.text import TooLong, Unstorable

REFUSED = [
    # what it shows, value, error
    ("nothing", "", Missing),
    ("capitals", "ERP", Invalid),
    ("a blank inside", "bank link", Invalid),
    ("Chinese belongs to the name", "银企直连", Invalid),
    ("a hyphen at the end", "bank-", Invalid),
    ("a line end behind", "bank\n", Invalid),
    ("a NUL", "ba\x00nk", Unstorable),
    ("one too many", "a" * 61, TooLong),
    ("no text at all", 7, Invalid),
]


@pytest.mark.parametrize("value", ["general", "bank-link", "bank_link", "p1", "a" * 60])
def test_a_code_is_taken_as_it_is(value: str) -> None:
    assert code(value) == value


@pytest.mark.parametrize(("value", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_code_is_refused_by_name(value: object, error: type[Invalid]) -> None:
    with pytest.raises(error) as refused:
        code(value, field="skill")
    assert type(refused.value) is error
    assert refused.value.facts["field"] == "skill"
